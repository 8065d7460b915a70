// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.examples.storage.indexed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.chroniclesync.api.storage.Bound;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.testkits.storage.Samples;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What no kit can know of: this store's file, and its keys. */
class IndexedDamageTest {
  private final Path file;

  IndexedDamageTest(@TempDir Path folder) {
    file = folder.resolve("history.mv");
  }

  @Test
  void whatIsNoHistoryIsReportedAndLeftAsItIs() throws Exception {
    byte[] other = new byte[20_000];
    new Random(1).nextBytes(other);
    Files.write(file, other);
    StorageException e =
        catchThrowableOfType(
            StorageException.class, () -> new IndexedHistoryStore(file, Long.MAX_VALUE));
    assertThat(e.kind()).isEqualTo(StorageException.Kind.CORRUPT);
    assertThat(Files.readAllBytes(file)).isEqualTo(other);
  }

  @Test
  void fileBelongsToOneStoreAtATime() throws Exception {
    try (IndexedHistoryStore first = new IndexedHistoryStore(file, Long.MAX_VALUE)) {
      StorageException e =
          catchThrowableOfType(
              StorageException.class, () -> new IndexedHistoryStore(file, Long.MAX_VALUE));
      assertThat(e).hasMessageContaining("in use");
      first.merge(Samples.batch(0, 10, "n"));
    }
  }

  @Test
  void keysCompareAsPlacesDo() {
    List<Bound> places = new ArrayList<>(List.of(Bound.START, Bound.END));
    Samples.wandering(new Random(1), 500).forEach(entry -> places.add(Bound.of(entry)));
    for (Bound one : places) {
      for (Bound other : places) {
        assertThat(Integer.signum(Place.of(one).compareTo(Place.of(other))))
            .as("%s and %s", one, other)
            .isEqualTo(Integer.signum(one.compareTo(other)));
      }
    }
    places.stream()
        .filter(place -> place.id() != null)
        .forEach(place -> assertThat(Place.bound(Place.of(place))).isEqualTo(place));
  }
}
