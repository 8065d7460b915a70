// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.history;

import org.osgi.annotation.versioning.ProviderType;

/**
 * What a device says of itself. An entry carries the device as it was when the visit was recorded,
 * so two entries of one device may differ in, say, the browser's version.
 *
 * @param id the device
 * @param platform operating system and processor, as the browser names them; may be empty
 * @param userAgent the browser's user agent; may be empty
 * @param browserName may be empty
 * @param browserVersion may be empty
 */
@ProviderType
public record Device(
    DeviceId id, String platform, String userAgent, String browserName, String browserVersion) {
  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if a field is longer than {@link Bounds} allows
   */
  public Device {
    Bounds.text("platform", platform, Bounds.MAX_FIELD_CHARS);
    Bounds.text("userAgent", userAgent, Bounds.MAX_USER_AGENT_CHARS);
    Bounds.text("browserName", browserName, Bounds.MAX_FIELD_CHARS);
    Bounds.text("browserVersion", browserVersion, Bounds.MAX_FIELD_CHARS);
  }

  /** Returns this device with nothing but its id. */
  Device withoutNames() {
    boolean bare =
        platform.isEmpty()
            && userAgent.isEmpty()
            && browserName.isEmpty()
            && browserVersion.isEmpty();
    return bare ? this : new Device(id, "", "", "", "");
  }
}
