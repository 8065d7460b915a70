// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.account;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
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

  /** Beside the URL, under the same random part: who does not know it uses all services at once. */
  private static final String PRIORITY_PREFIX = "priority/";

  private static final Pattern PRIORITY = Pattern.compile("[1-9]\\d?|100");
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
  public List<Shared> all() throws StorageException, InterruptedException {
    Map<String, Integer> found = new TreeMap<>();
    Map<String, String> priorities = shared.all(PRIORITY_PREFIX);
    shared
        .all(PREFIX)
        .forEach(
            (key, url) ->
                ServiceUrl.parsed(url)
                    .ifPresent(
                        checked -> found.merge(checked, priority(priorities, key), Math::min)));
    return found.entrySet().stream()
        .map(one -> new Shared(one.getKey(), one.getValue()))
        .sorted(Comparator.comparingInt(Shared::priority))
        .limit(MAX_SERVICES)
        .toList();
  }

  private static int priority(Map<String, String> priorities, String key) {
    String value = priorities.getOrDefault(priorityKey(key), "");
    return PRIORITY.matcher(value).matches() ? Integer.parseInt(value) : FIRST;
  }

  private static String priorityKey(String key) {
    return PRIORITY_PREFIX + key.substring(PREFIX.length());
  }

  @Override
  public boolean add(String url, int priority) throws StorageException, InterruptedException {
    Shared added = new Shared(ServiceUrl.checked(url), priority);
    List<Shared> known = all();
    if (known.contains(added)) {
      return false;
    }
    List<String> keys = keys(added.url());
    if (keys.isEmpty()) {
      if (known.size() >= MAX_SERVICES) {
        throw new IllegalArgumentException(
            "Your devices share " + MAX_SERVICES + " services already; remove some first.");
      }
      keys = List.of(PREFIX + new BigInteger(KEY_BITS, RANDOM).toString(16));
    }
    for (String key : keys) {
      // The priority first: a device that learns the URL only would use it at once.
      prefer(priorityKey(key), priority);
      shared.put(key, added.url());
    }
    return true;
  }

  private void prefer(String key, int priority) throws StorageException, InterruptedException {
    if (priority == FIRST) {
      shared.remove(key);
    } else {
      shared.put(key, Integer.toString(priority));
    }
  }

  private List<String> keys(String url) throws StorageException, InterruptedException {
    Optional<String> wanted = Optional.of(url);
    return shared.all(PREFIX).entrySet().stream()
        .filter(one -> ServiceUrl.parsed(one.getValue()).equals(wanted))
        .map(Map.Entry::getKey)
        .toList();
  }

  @Override
  public boolean remove(String url) throws StorageException, InterruptedException {
    List<String> keys = keys(ServiceUrl.checked(url));
    for (String key : keys) {
      shared.remove(key);
      shared.remove(priorityKey(key));
    }
    return !keys.isEmpty();
  }
}
