// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.sync;

import java.util.Map;
import org.chroniclesync.api.storage.StorageException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A few small texts that all nodes of an account have alike: rules, names. Registered as an OSGi
 * service. Safe for any thread. All methods wait while there is no storage, in which they are kept.
 *
 * <p>A change travels to the nodes that are connected at once, and to the others when they meet. Of
 * two changes of one key the later one stands. Clients of version 1 learn nothing of it.
 */
@ProviderType
public interface SharedSettings {
  /** How many keys there may be, those removed included; of more the newest stay. */
  int MAX_KEYS = 1_024;

  /** How long a key may be, in characters. */
  int MAX_KEY_CHARS = 128;

  /** How long a value may be, in characters. */
  int MAX_VALUE_CHARS = 700;

  /**
   * Returns the settings whose keys begin alike.
   *
   * @param prefix how they begin; "" for all
   * @return keys and values, without those removed
   * @throws StorageException if they cannot be read
   * @throws InterruptedException if the thread was interrupted while waiting
   */
  Map<String, String> all(String prefix) throws StorageException, InterruptedException;

  /**
   * Sets a value. When it returns, it is durable here.
   *
   * @param key 1 to {@value #MAX_KEY_CHARS} characters without control characters
   * @param value at most {@value #MAX_VALUE_CHARS} characters without control characters
   * @throws IllegalArgumentException if one is outside its bounds, or there is no room; the message
   *     says what to do
   * @throws StorageException if it was not set
   * @throws InterruptedException if the thread was interrupted while waiting
   */
  void put(String key, String value) throws StorageException, InterruptedException;

  /**
   * Removes a value, if there is one. When it returns, that is durable here.
   *
   * @param key as for {@link #put}
   * @throws StorageException if it was not removed
   * @throws InterruptedException if the thread was interrupted while waiting
   */
  void remove(String key) throws StorageException, InterruptedException;

  /**
   * Tells a listener of each change, made here or by another device.
   *
   * @param listener called after the change, by any thread; must not block; what it throws is
   *     logged
   * @return ends that when it is closed
   */
  Node.Watch watch(Runnable listener);
}
