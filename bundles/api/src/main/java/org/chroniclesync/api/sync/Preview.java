// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.sync;

import java.util.List;
import org.chroniclesync.api.storage.DeviceSummary;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What a selection holds, in numbers.
 *
 * @param visits how many visits, those included that lists do not show
 * @param pages how many different URLs
 * @param hosts how many different hosts
 * @param devices how many visits of each device, the most first
 */
@ProviderType
public record Preview(long visits, long pages, long hosts, List<DeviceSummary> devices) {
  /** Copies the list. */
  public Preview {
    devices = List.copyOf(devices);
  }
}
