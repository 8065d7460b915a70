// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage;

import org.chroniclesync.api.history.Device;
import org.osgi.annotation.versioning.ProviderType;

/**
 * How much of the history one device recorded.
 *
 * @param device the device, as its newest entry describes it
 * @param entries how many visits of it are held, without tombstones
 */
@ProviderType
public record DeviceSummary(Device device, long entries) {}
