// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.account;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.SharedServices;
import org.chroniclesync.api.sync.SharedSettings;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * The shared services, in the shared settings. Each has a random key: a removed one leaves nothing
 * that tells which it was, and one that is added here while it is removed elsewhere stays.
 */
@Component
public final class ServiceList implements SharedServices {
  private static final String PREFIX = "discovery/";
  private static final int KEY_BITS = 128;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final SharedSettings shared;

  /**
   * Makes the list.
   *
   * @param shared where it is kept
   */
  @Activate
  public ServiceList(@Reference SharedSettings shared) {
    this.shared = shared;
  }

  @Override
  public List<String> all() throws StorageException, InterruptedException {
    return shared.all(PREFIX).values().stream()
        .map(ServiceUrl::parsed)
        .flatMap(Optional::stream)
        .distinct()
        .sorted()
        .limit(MAX_SERVICES)
        .toList();
  }

  @Override
  public boolean add(String url) throws StorageException, InterruptedException {
    String checked = ServiceUrl.checked(url);
    List<String> known = all();
    if (known.contains(checked)) {
      return false;
    }
    if (known.size() >= MAX_SERVICES) {
      throw new IllegalArgumentException(
          "Your devices share " + MAX_SERVICES + " services already; remove some first.");
    }
    shared.put(PREFIX + new BigInteger(KEY_BITS, RANDOM).toString(16), checked);
    return true;
  }

  @Override
  public boolean remove(String url) throws StorageException, InterruptedException {
    Optional<String> checked = Optional.of(ServiceUrl.checked(url));
    boolean removed = false;
    for (Map.Entry<String, String> one : shared.all(PREFIX).entrySet()) {
      if (ServiceUrl.parsed(one.getValue()).equals(checked)) {
        shared.remove(one.getKey());
        removed = true;
      }
    }
    return removed;
  }
}
