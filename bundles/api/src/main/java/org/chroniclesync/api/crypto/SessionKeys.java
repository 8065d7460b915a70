// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.crypto;

import org.osgi.annotation.versioning.ProviderType;

/**
 * The keys of one session, one for each direction. They belong to the session, not to the service
 * that made them: a session outlives a swap of that service, and goes on with the next one. Whoever
 * has them closes them. Safe for any thread.
 */
@ProviderType
public final class SessionKeys implements AutoCloseable {
  private final boolean first;
  private final TrafficKey sending;
  private final TrafficKey receiving;

  /**
   * Makes a session's keys. Only crypto services do.
   *
   * @param first whether our share came first in the transcript
   * @param sending for what we send; from now on owned by this object
   * @param receiving for what the peer sends; from now on owned by this object
   */
  public SessionKeys(boolean first, TrafficKey sending, TrafficKey receiving) {
    this.first = first;
    this.sending = sending;
    this.receiving = receiving;
  }

  /**
   * Tells the two sides apart, where one of them has to begin.
   *
   * @return true at one end, false at the other
   */
  public boolean first() {
    return first;
  }

  /**
   * Returns the key for what we send. Only crypto services call this.
   *
   * @return the same object always
   */
  public TrafficKey sending() {
    return sending;
  }

  /**
   * Returns the key for what the peer sends. Only crypto services call this.
   *
   * @return the same object always
   */
  public TrafficKey receiving() {
    return receiving;
  }

  /** Wipes both keys. What is being sealed or opened meanwhile ends as if it had come before. */
  @Override
  public void close() {
    sending.close();
    receiving.close();
  }

  /** Returns nothing of the keys. */
  @Override
  public String toString() {
    return "SessionKeys[first=" + first + "]";
  }
}
