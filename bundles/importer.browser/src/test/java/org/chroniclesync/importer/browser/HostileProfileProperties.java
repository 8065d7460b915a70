// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import net.jqwik.api.statistics.Statistics;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.importer.ProfileStatus;
import org.chroniclesync.support.browsers.Family;
import org.chroniclesync.testkits.mutations.Mutations;

/**
 * The databases of real browsers with three hundred visits, damaged at random. For more than the
 * thousand of each family that the build takes: {@code -Djqwik.tries.default=100000}.
 */
class HostileProfileProperties {
  private static final PeerId SELF = new PeerId("peer-a");
  private static final int VISITS = 300;
  private static final int BATCH = 100;

  /** Where SQLite has the size of its pages, and how much of a page tells what is in it. */
  private static final int PAGE_SIZE_AT = 16;

  private static final int PAGE_HEAD_BYTES = 40;

  private static final Map<Family, byte[]> DATABASES = new EnumMap<>(Family.class);
  private static Path folder = Path.of("");
  private static ExecutorService thread = Executors.newSingleThreadExecutor();

  @BeforeContainer
  static void make() throws IOException, SQLException {
    folder = Files.createTempDirectory("chroniclesync-test");
    thread = Executors.newSingleThreadExecutor();
    for (Family family : Family.values()) {
      FakeProfile profile = FakeProfile.empty(family, folder.resolve(family.name()));
      profile.visits(1, VISITS);
      profile.execute("VACUUM");
      DATABASES.put(family, Files.readAllBytes(profile.database()));
    }
  }

  @AfterContainer
  static void delete() throws IOException {
    thread.shutdownNow();
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private interface Change {
    void applyTo(byte[] database);
  }

  /** Bytes anywhere, or where a page says what is in it. */
  private static Arbitrary<Change> change() {
    return Combinators.combine(
            Arbitraries.doubles().between(0, 1),
            Arbitraries.integers().between(-1, PAGE_HEAD_BYTES),
            Arbitraries.bytes().array(byte[].class).ofMinSize(1).ofMaxSize(3))
        .as(
            (place, inHead, bytes) ->
                database -> {
                  int at = (int) (place * (database.length - 100));
                  int page = ByteBuffer.wrap(database).getShort(PAGE_SIZE_AT) & 0xffff;
                  if (inHead >= 0 && page > 0) {
                    at = Math.min(at / page * page + inHead, database.length - bytes.length);
                  }
                  System.arraycopy(bytes, 0, database, at, bytes.length);
                });
  }

  private static Arbitrary<byte[]> damaged(Family family) {
    byte[] database = Objects.requireNonNull(DATABASES.get(family));
    Arbitrary<byte[]> changed =
        change()
            .list()
            .ofMinSize(1)
            .ofMaxSize(4)
            .map(
                changes -> {
                  byte[] copy = database.clone();
                  changes.forEach(change -> change.applyTo(copy));
                  return copy;
                });
    return Arbitraries.frequencyOf(
        Tuple.of(3, changed), Tuple.of(1, Mutations.ofBytes(List.of(database))));
  }

  @Provide
  Arbitrary<byte[]> ofChromium() {
    return damaged(Family.CHROMIUM);
  }

  @Provide
  Arbitrary<byte[]> ofFirefox() {
    return damaged(Family.FIREFOX);
  }

  @Property
  void aDamagedChromiumIsReadAsFarAsItGoesOrRefused(@ForAll("ofChromium") byte[] database)
      throws Exception {
    assertReadOrRefused(Family.CHROMIUM, database);
  }

  @Property
  void aDamagedFirefoxIsReadAsFarAsItGoesOrRefused(@ForAll("ofFirefox") byte[] database)
      throws Exception {
    assertReadOrRefused(Family.FIREFOX, database);
  }

  private static void assertReadOrRefused(Family family, byte[] database) throws Exception {
    FakeProfile fake =
        new FakeProfile(
            family,
            folder.resolve(family.name()).resolve(family == Family.CHROMIUM ? "Default" : ""));
    Files.write(fake.database(), database);
    // A file that was not just changed is copied at once.
    Files.setLastModifiedTime(fake.database(), FileTime.from(Instant.EPOCH));
    MemoryHistory history = new MemoryHistory();

    ProfileStatus status = imported(fake, history);

    assertThat(Files.readAllBytes(fake.database())).isEqualTo(database);
    assertThat(history.merges()).isLessThanOrEqualTo(database.length / BATCH);
    Statistics.label("read")
        .collect(status.problem() == null)
        .coverage(coverage -> coverage.check(true).percentage(share -> share > 10));
    if (status.problem() == null) {
      assertThat(status.lastRun()).isNotNull();
    } else {
      assertThat(status.problem())
          .matches("The history of Browser could not be read: [\\P{Cc}]{1,400}");
    }
  }

  private static ProfileStatus imported(FakeProfile fake, MemoryHistory history) throws Exception {
    Exclusions exclusions = Exclusions.of(Settings.DEFAULT_SCHEMES, List.of(), List.of());
    ProfileImport one =
        new ProfileImport(
            new Profile(fake.family(), "Browser", fake.directory()),
            SELF,
            history,
            Consents.of(history),
            new Settings(List.of(), Settings.MIN_INTERVAL_MILLIS, BATCH, exclusions));
    thread
        .submit(
            () -> {
              try (Workplace workplace = Workplace.open(folder)) {
                one.run(workplace, true);
                try (var left = Files.list(workplace.copies())) {
                  assertThat(left).isEmpty();
                }
              }
              return null;
            })
        .get(30, TimeUnit.SECONDS);
    return one.status();
  }
}
