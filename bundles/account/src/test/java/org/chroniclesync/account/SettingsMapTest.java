// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.chroniclesync.api.sync.SharedSettings;
import org.junit.jupiter.api.Test;

class SettingsMapTest {
  @Provide
  Arbitrary<List<Setting>> settings() {
    return Combinators.combine(
            Arbitraries.of("a", "b", "c", "d"),
            Arbitraries.longs().between(0, 4),
            Arbitraries.of("x", "y", "").injectNull(0.3))
        .as(Setting::new)
        .list()
        .ofMaxSize(12);
  }

  @Property
  void theOrderOfArrivalDoesNotMatter(
      @ForAll("settings") List<Setting> all,
      @ForAll long seed,
      @ForAll("settings") List<Setting> more) {
    SettingsMap once = SettingsMap.EMPTY.joined(all).joined(more);
    List<Setting> shuffled = new ArrayList<>(all);
    shuffled.addAll(more);
    shuffled.addAll(all);
    Collections.shuffle(shuffled, new Random(seed));
    SettingsMap other = SettingsMap.EMPTY;
    for (Setting setting : shuffled) {
      other = other.joined(List.of(setting));
    }
    assertThat(other).isEqualTo(once);
    assertThat(other.digest()).isEqualTo(once.digest());
    assertThat(once.joined(shuffled)).isSameAs(once);
  }

  @Test
  void ofTooManyTheNewestStayInWhateverOrderTheyCome() {
    List<Setting> all =
        new ArrayList<>(
            IntStream.range(0, 2 * SharedSettings.MAX_KEYS)
                .mapToObj(i -> new Setting("key" + i % 1_500, i, i % 3 == 0 ? null : "v" + i))
                .toList());
    SettingsMap expected = SettingsMap.EMPTY.joined(all);
    assertThat(expected.all()).hasSize(SharedSettings.MAX_KEYS);
    for (int seed = 0; seed < 5; seed++) {
      Collections.shuffle(all, new Random(seed));
      SettingsMap map = SettingsMap.EMPTY;
      for (int from = 0; from < all.size(); from += 100) {
        map = map.joined(all.subList(from, Math.min(all.size(), from + 100)));
      }
      assertThat(map.digest()).isEqualTo(expected.digest());
    }
  }

  @Property
  void theMarksOfAStoreKeepAllOfIt(
      @ForAll("settings") List<Setting> before, @ForAll("settings") List<Setting> after) {
    SettingsMap old = SettingsMap.EMPTY.joined(before);
    Map<String, String> marks = new HashMap<>(SettingsSlots.missing(Map.of(), old));
    SettingsMap map = old.joined(after);
    marks.putAll(SettingsSlots.missing(marks, map));
    assertThat(SettingsMap.EMPTY.joined(SettingsSlots.read(marks))).isEqualTo(map);
    assertThat(SettingsSlots.missing(marks, map)).isEmpty();
  }

  @Test
  void marksNeverBecomeMore() {
    Map<String, String> marks = new HashMap<>();
    SettingsMap map = SettingsMap.EMPTY;
    for (int round = 0; round < 5; round++) {
      int first = round * 700;
      map =
          map.joined(
              IntStream.range(first, first + 700)
                  .mapToObj(i -> new Setting("key" + i, i, "v"))
                  .collect(Collectors.toList()));
      marks.putAll(SettingsSlots.missing(marks, map));
    }
    assertThat(marks).hasSize(SharedSettings.MAX_KEYS);
    assertThat(SettingsMap.EMPTY.joined(SettingsSlots.read(marks))).isEqualTo(map);
  }
}
