// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.discovery;

import org.chroniclesync.api.history.Bounds;

/**
 * Names a device in its room. Chosen by the device, stable over restarts. Neither the device id of
 * its entries nor the account id.
 *
 * @param value 1 to {@value Bounds#MAX_ID_CHARS} characters without control characters
 */
public record PeerId(String value) implements Comparable<PeerId> {
  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if the value is outside them
   */
  public PeerId {
    Bounds.id("peer id", value);
  }

  /**
   * Compares by UTF-16 code unit; of two nodes that offer at once, the smaller one's offer stands.
   */
  @Override
  public int compareTo(PeerId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
