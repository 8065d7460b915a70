// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

/** What the rooms know of a connection. Both methods return at once and never throw. */
interface Line {
  /**
   * Sends a text message.
   *
   * @param sent run once it left, or failed; possibly before this method returns
   */
  void send(String text, Runnable sent);

  /** Ends the connection. The first farewell counts. */
  void close(Farewell farewell);
}
