// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.account;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.chroniclesync.api.sync.SharedSettings;
import org.jspecify.annotations.Nullable;

/**
 * All settings of an account, those removed included, as one node knows them. Joining is the same
 * in whatever order and however often: of each key the greater version stands, and of too many keys
 * the newest. What is left out for want of room has older versions only, so these stay out, too.
 * Immutable.
 */
final class SettingsMap {
  static final SettingsMap EMPTY = new SettingsMap(new TreeMap<>());

  private static final Comparator<Setting> NEWEST_FIRST =
      Setting.ORDER.thenComparing(Setting::key).reversed();

  private final NavigableMap<String, Setting> byKey;
  private volatile @Nullable String digest;

  private SettingsMap(NavigableMap<String, Setting> byKey) {
    this.byKey = byKey;
  }

  /** Returns what both know; itself if the others add nothing. */
  SettingsMap joined(Collection<Setting> others) {
    NavigableMap<String, Setting> all = new TreeMap<>(byKey);
    for (Setting other : others) {
      all.merge(other.key(), other, (one, two) -> Setting.ORDER.compare(one, two) >= 0 ? one : two);
    }
    if (all.size() > SharedSettings.MAX_KEYS) {
      List<Setting> newest =
          all.values().stream().sorted(NEWEST_FIRST).limit(SharedSettings.MAX_KEYS).toList();
      all.clear();
      newest.forEach(setting -> all.put(setting.key(), setting));
    }
    return all.equals(byKey) ? this : new SettingsMap(all);
  }

  Collection<Setting> all() {
    return byKey.values();
  }

  @Nullable Setting get(String key) {
    return byKey.get(key);
  }

  /** Returns what follows a key, in the order of the keys. */
  List<Setting> after(String key, int most) {
    return byKey.tailMap(key, false).values().stream().limit(most).toList();
  }

  /** Tells whether a new key would drive out a value. */
  boolean isFull() {
    return byKey.size() >= SharedSettings.MAX_KEYS
        && byKey.values().stream().min(Setting.ORDER).orElseThrow().value() != null;
  }

  /** Returns what is the same for nodes that know the same. */
  String digest() {
    String known = digest;
    if (known == null) {
      known = digestOf(byKey.values());
      digest = known;
    }
    return known;
  }

  private static String digestOf(Collection<Setting> settings) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      for (Setting setting : settings) {
        String line = setting.key() + "\n" + setting.at() + "\n" + setting.text() + "\n";
        sha.update(line.getBytes(StandardCharsets.UTF_8));
      }
      return HexFormat.of().formatHex(sha.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SettingsMap map && byKey.equals(map.byKey);
  }

  @Override
  public int hashCode() {
    return Objects.hash(byKey);
  }
}
