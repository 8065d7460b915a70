// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.network;

/**
 * Carries the signals of all members, as a discovery service does. It runs on the thread that
 * signals and holds no lock; if it blocks, so does {@code Membership.signal}, against its rule.
 */
@FunctionalInterface
public interface Carrier {
  /**
   * Does something with a signal; one that it does nothing with is lost.
   *
   * @param delivery the signal on its way
   */
  void carry(Delivery delivery);
}
