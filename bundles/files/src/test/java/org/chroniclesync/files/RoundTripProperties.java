// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.chroniclesync.api.exporter.HistoryExport.Format;
import org.chroniclesync.api.exporter.HistoryExport.Request;
import org.chroniclesync.api.history.Bounds;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryDigest;
import org.chroniclesync.api.history.PageSummary;
import org.chroniclesync.api.history.UnknownFields;
import org.chroniclesync.api.storage.Batch;

/** What is exported and imported again is the same, to the last bit. */
class RoundTripProperties {
  private static final long NOW = 1_700_000_000_000L;

  @Provide
  Arbitrary<Entry> entries() {
    Arbitrary<String> ids =
        Arbitraries.strings()
            .ofMinLength(1)
            .ofMaxLength(Bounds.MAX_ID_CHARS)
            .filter(text -> text.chars().noneMatch(Character::isISOControl));
    Arbitrary<Double> times =
        Arbitraries.oneOf(
            Arbitraries.doubles().between(-1e300, 1e300),
            Arbitraries.longs().between(0, NOW * 1_000).map(micros -> micros / 1_000.0),
            Arbitraries.of(-0.0, 0.0, Double.MIN_VALUE, Math.nextDown(Double.MAX_VALUE), 0.1));
    Arbitrary<Device> devices =
        Combinators.combine(ids.map(DeviceId::new), text(128), text(512), text(128), text(128))
            .as(Device::new);
    Arbitrary<PageSummary> pages =
        Combinators.combine(text(4_096), times).as(PageSummary::new).injectNull(0.5);
    Arbitrary<UnknownFields> unknown =
        text(4_000)
            .map(text -> text.isEmpty() ? UnknownFields.NONE : new UnknownFields("{" + text + "}"));
    return Combinators.combine(devices, ids, text(8_192), text(4_096), times, text(128), text(128))
        .flatAs(
            (device, id, url, title, time, referring, transition) ->
                Combinators.combine(
                        Arbitraries.longs().between(Long.MIN_VALUE, NOW), pages, unknown)
                    .as(
                        (modified, page, more) ->
                            new Entry(
                                device,
                                id,
                                url,
                                title,
                                time,
                                referring,
                                transition,
                                modified,
                                false,
                                page,
                                more)));
  }

  /** Also half surrogate pairs, zeros and control characters. */
  private static Arbitrary<String> text(int maxChars) {
    return Arbitraries.strings()
        .withChars('\u0000', '\u0004', '\ud83d', '\ude00', '"', '\\', '\n', ',', '\'', '=', 'x')
        .withCharRange('\u0000', '\uffff')
        .ofMaxLength(Math.min(maxChars, 60));
  }

  @Property(tries = 300)
  void ndjsonLosesNothing(@ForAll("entries") Entry entry) throws Exception {
    List<Entry> back = back(Format.NDJSON, List.of(entry));

    assertThat(back).hasSize(1);
    assertThat(back.get(0)).isEqualTo(entry);
    assertThat(EntryDigest.of(back.get(0))).isEqualTo(EntryDigest.of(entry));
  }

  @Property(tries = 100)
  void aTableHasEachFieldBack(@ForAll @Size(max = 5) List<String> texts) throws Exception {
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      entries.add(plain(i, wellFormed(texts.get(i)), wellFormed(texts.get(texts.size() - 1 - i))));
    }
    assertThat(back(Format.CSV, entries)).isEqualTo(entries);
    assertThat(back(Format.SQLITE, entries)).isEqualTo(entries);
  }

  /** UTF-8 has no half of a pair; NDJSON has. */
  private static String wellFormed(String text) {
    return Texts.cut(text, 1_000).replaceAll("[\\ud800-\\udfff\\u0000\\ufeff]", "x");
  }

  private static Entry plain(int i, String title, String field) {
    return new Entry(
        new Device(new DeviceId("d"), Texts.cut(field, 100), "", "Chrome", "1"),
        "v" + i,
        "https://example.org/" + i,
        title,
        1_600_000_000_000.25 + i,
        "0",
        "link",
        1_600_000_000_000L + i,
        false,
        i % 2 == 0 ? null : new PageSummary(title, 5.5),
        UnknownFields.NONE);
  }

  private static List<Entry> back(Format format, List<Entry> entries) throws Exception {
    Path folder = Files.createTempDirectory("round");
    Path file = folder.resolve("export");
    try {
      StoredHistory from = new StoredHistory(folder);
      from.merge(Batch.of(entries));
      assertThat(from.exporter().write(Request.all(format), file, false, progress -> {}))
          .isEqualTo(entries.size());
      StoredHistory to = new StoredHistory(folder);
      if (!entries.isEmpty()) {
        assertThat(to.readOne(file).problem()).isNull();
      }
      return to.entries();
    } finally {
      Files.deleteIfExists(file);
      Files.deleteIfExists(folder);
    }
  }

  @Property(tries = 50)
  void anExportIsAscii(@ForAll("entries") Entry entry) throws Exception {
    StoredHistory from = new StoredHistory(Path.of("unset"));
    from.merge(Batch.of(List.of(entry)));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    from.exporter().write(Request.all(Format.NDJSON), out, progress -> {});

    for (byte one : out.toByteArray()) {
      assertThat(one == '\n' || (one >= ' ' && one < 0x7f)).isTrue();
    }
  }
}
