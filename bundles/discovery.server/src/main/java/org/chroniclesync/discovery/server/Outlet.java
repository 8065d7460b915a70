// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

/**
 * Where the room sends what is for a member: a connection, as far as rooms know it. Both methods
 * return at once and never throw.
 */
interface Outlet {
  /**
   * Sends a text message.
   *
   * @param sent run once it left, or failed; possibly before this method returns
   */
  void send(String text, Runnable sent);

  /** Ends the connection. The first closeCode counts. */
  void close(CloseCode closeCode);
}
