// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/** {@link Precedence} is a total order over content, so every order of arrival ends equal. */
class PrecedenceProperties {
  @Property
  void antisymmetric(@ForAll("versions") Entry left, @ForAll("versions") Entry right) {
    int there = Integer.signum(Precedence.ORDER.compare(left, right));
    int back = Integer.signum(Precedence.ORDER.compare(right, left));

    assertThat(there).isEqualTo(-back);
    assertThat(there == 0).isEqualTo(left.equals(right));
  }

  @Property
  void digestsDifferAsVersionsDo(@ForAll("versions") Entry left, @ForAll("versions") Entry right) {
    assertThat(EntryDigest.of(left).equals(EntryDigest.of(right)))
        .isEqualTo(Precedence.ORDER.compare(left, right) == 0);
  }

  @Property
  void transitive(
      @ForAll("versions") Entry a, @ForAll("versions") Entry b, @ForAll("versions") Entry c) {
    List<Entry> sorted = new ArrayList<>(List.of(a, b, c));
    sorted.sort(Precedence.ORDER);

    assertThat(Precedence.ORDER.compare(sorted.get(0), sorted.get(2))).isNotPositive();
  }

  @Property
  void anyOrderOfArrivalEndsEqual(@ForAll("histories") List<Entry> versions, @ForAll long seed) {
    List<Entry> shuffled = new ArrayList<>(versions);
    Collections.shuffle(shuffled, new Random(seed));

    assertThat(standing(shuffled)).isEqualTo(standing(versions));
  }

  @Property
  void atTheSameTimeATombstoneWins(@ForAll("versions") Entry version) {
    Entry dead = version.tombstone(5);
    Entry live =
        new Entry(
            version.device(),
            version.visitId(),
            "zzz",
            "zzz",
            Double.MAX_VALUE,
            "zzz",
            "zzz",
            5,
            false,
            null,
            UnknownFields.NONE);

    assertThat(Precedence.ORDER.replaces(dead, live)).isTrue();
  }

  private static @Nullable Entry standing(List<Entry> arrivals) {
    Entry held = null;
    for (Entry arriving : arrivals) {
      if (held == null || Precedence.ORDER.replaces(arriving, held)) {
        held = arriving;
      }
    }
    return held;
  }

  @Provide
  Arbitrary<List<Entry>> histories() {
    return versions().list().ofMinSize(1).ofMaxSize(12);
  }

  /** Few values for each field, so that ties happen. */
  @Provide
  Arbitrary<Entry> versions() {
    Arbitrary<String> text = Arbitraries.of("", "a", "b", "Z", "é", "\uD83D\uDE80", "\uD83D", "?");
    Arbitrary<Device> device =
        Combinators.combine(text, text)
            .as((os, agent) -> new Device(new DeviceId("device"), os, agent, "", ""));
    Arbitrary<PageSummary> page = text.map(t -> new PageSummary(t, 1.5)).injectNull(0.5);
    return Combinators.combine(
            device,
            text,
            text,
            Arbitraries.of(1.0, 1.5, 0.0, -0.0),
            Arbitraries.of(1L, 2L),
            Arbitraries.of(true, false),
            page)
        .as(
            (from, url, title, visited, modified, deleted, summary) ->
                new Entry(
                    from,
                    "1",
                    url,
                    title,
                    visited,
                    "0",
                    "link",
                    modified,
                    deleted,
                    summary,
                    UnknownFields.NONE));
  }
}
