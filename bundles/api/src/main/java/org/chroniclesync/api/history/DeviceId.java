// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.history;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Names the device, strictly the browser profile, that recorded a visit. Neither a peer id nor an
 * account id.
 *
 * @param value 1 to {@value Bounds#MAX_ID_CHARS} characters without control characters
 */
@ProviderType
public record DeviceId(String value) implements Comparable<DeviceId> {
  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if the value is outside them
   */
  public DeviceId {
    Bounds.id("device id", value);
  }

  @Override
  public int compareTo(DeviceId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
