// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.sync;

import java.util.Map;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.DeviceName;
import org.chroniclesync.api.storage.StorageException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The names of the devices of all nodes of the account. They are noted in the storage, and nodes
 * tell each other when they meet and when a name changes; existing clients hear nothing of it.
 * Registered as an OSGi service. Safe for any thread; all methods but {@link #computer} wait while
 * there is no storage.
 */
@ProviderType
public interface DeviceNames {
  /** How many devices can have names. */
  int MAX_DEVICES = 256;

  /**
   * Returns the name of this computer, as it is configured or as the operating system has it. Does
   * not block.
   *
   * @return the name; empty if there is none
   */
  String computer();

  /**
   * Returns what is known of all devices.
   *
   * @return by device, at most {@value #MAX_DEVICES}; cannot be changed
   * @throws StorageException if it cannot be read
   * @throws InterruptedException if the thread was interrupted while waiting
   */
  Map<DeviceId, DeviceName> all() throws StorageException, InterruptedException;

  /**
   * Tells on which profile of this computer a device of this node is. Does nothing if that is known
   * already.
   *
   * @param device the device
   * @param profile the name of the profile; empty if it has none; cut to {@link
   *     DeviceName#MAX_CHARS}
   * @throws StorageException if it cannot be noted
   * @throws InterruptedException if the thread was interrupted while waiting
   */
  void tell(DeviceId device, String profile) throws StorageException, InterruptedException;

  /**
   * Gives a device of any node a name, on all nodes.
   *
   * @param device the device
   * @param name the name; empty to take it back
   * @throws IllegalArgumentException if the name is longer than {@link DeviceName#MAX_CHARS} or
   *     holds a control character, or more than {@value #MAX_DEVICES} devices would have one
   * @throws StorageException if it cannot be noted
   * @throws InterruptedException if the thread was interrupted while waiting
   */
  void rename(DeviceId device, String name) throws StorageException, InterruptedException;
}
