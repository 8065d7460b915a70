// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryId;
import org.chroniclesync.api.history.UnknownFields;
import org.chroniclesync.api.importer.FileImport;
import org.chroniclesync.api.importer.SkipReason;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.Change;
import org.chroniclesync.api.storage.Cursor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the names of visits tell that a file gives no name. */
class NamesTest {
  private static final int VISITS = 5;
  private static final long DELETED = 1_700_000_000_000L;

  @TempDir private Path folder = Path.of("unset");

  private static String url(int i) {
    return "https://clinic.example.org/results/" + i;
  }

  private static long micros(int i) {
    return 1_600_000_000_250_000L + 60_000_000L * i;
  }

  private Path file() throws Exception {
    Path file = folder.resolve("file");
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < VISITS; i++) {
      String seconds = micros(i) / 1_000_000 + ".25";
      lines.add("{\"url\": \"%s\", \"dt\": %s, \"metadata\": null}".formatted(url(i), seconds));
    }
    return Files.write(file, lines);
  }

  private StoredHistory history(String words) {
    return new StoredHistory(folder, new FixedRules(), TestIdentity.of(words));
  }

  private static void deleteAll(StoredHistory history) throws Exception {
    history.merge(
        Batch.of(history.entries().stream().map(entry -> entry.tombstone(DELETED)).toList()));
  }

  @Test
  void aGuesserWhoHasTheAddressFindsNothingThatFitsOnceItIsDeleted() throws Exception {
    StoredHistory history = history("words");
    history.readOne(file());
    deleteAll(history);

    String left = everything(history);

    assertThat(left).contains(Long.toString(micros(0), Character.MAX_RADIX));
    StringBuilder beginning = new StringBuilder("browserexport");
    for (int i = 0; i < VISITS; i++) {
      beginning.append('\n').append(micros(i)).append(' ').append(url(i));
      for (String text :
          List.of(
              url(i),
              "chroniclesync file\n" + url(i),
              "chroniclesync visit of a file" + '\0' + url(i),
              "chroniclesync file\n" + beginning,
              "chroniclesync device of a file" + '\0' + beginning)) {
        for (String algorithm : List.of("SHA-256", "SHA-1", "MD5", "SHA-512")) {
          assertThat(left).doesNotContain(digest(algorithm, text).substring(0, 8));
        }
      }
    }
  }

  @Test
  void eachDeviceOfTheAccountGivesTheSameNames() throws Exception {
    StoredHistory one = history("words");
    StoredHistory other = history("words");
    StoredHistory stranger = history("other words");
    one.readOne(file());
    other.readOne(file());
    stranger.readOne(file());

    assertThat(other.entries()).isEqualTo(one.entries());
    assertThat(ids(stranger.entries())).doesNotContainAnyElementsOf(ids(one.entries()));
    assertThat(one.readOne(file()).imported()).isZero();
  }

  @Test
  void whatWasDeletedStaysDeleted() throws Exception {
    StoredHistory history = history("words");
    history.readOne(file());
    deleteAll(history);

    assertThat(history.readOne(file()).imported()).isZero();
    assertThat(history.entries()).isEmpty();
  }

  @Test
  void whatStandsUnderTheNamesOfOtherWordsIsKnown() throws Exception {
    StoredHistory before = history("words");
    before.readOne(file());
    StoredHistory renewed = history("new words");
    renewed.merge(Batch.of(before.entries()));

    FileImport.Report report = renewed.readOne(file());

    assertThat(report.skipped()).containsEntry(SkipReason.KNOWN, (long) VISITS);
    assertThat(renewed.entries()).isEqualTo(before.entries());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void historiesOfVersionsThatNamedByADigestAreKept(boolean deleted) throws Exception {
    StoredHistory history = history("words");
    history.readOne(file());
    Device device = history.entries().get(0).device();
    StoredHistory old = history("words");
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < VISITS; i++) {
      entries.add(earlier(device, i));
    }
    old.merge(Batch.of(entries));
    if (deleted) {
      deleteAll(old);
    }

    FileImport.Report report = old.readOne(file());

    assertThat(report.imported()).isZero();
    assertThat(report.skipped())
        .containsEntry(deleted ? SkipReason.DELETED : SkipReason.KNOWN, (long) VISITS);
  }

  private static Entry earlier(Device device, int i) {
    return new Entry(
        device,
        "01234567-" + Names.earlier(url(i), micros(i)),
        url(i),
        "",
        micros(i) / 1_000.0,
        "0",
        "link",
        micros(i) / 1_000,
        false,
        null,
        UnknownFields.NONE);
  }

  private static List<EntryId> ids(List<Entry> entries) {
    return entries.stream().map(Entry::id).toList();
  }

  private static String digest(String algorithm, String text) throws Exception {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
  }

  /** All that is left in the history, as text. */
  private static String everything(StoredHistory history) throws Exception {
    return history.borrow(
        store -> {
          StringBuilder text = new StringBuilder(store.marks().toString());
          try (Cursor<Change> changes = store.changes(0)) {
            for (Change one = changes.next(); one != null; one = changes.next()) {
              text.append(one.entry()).append('\n');
            }
          }
          return text.append(store.devices()).toString();
        });
  }
}
