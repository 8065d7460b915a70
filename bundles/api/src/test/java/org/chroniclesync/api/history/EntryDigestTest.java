// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.chroniclesync.api.storage.Fingerprint;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The vectors of docs/protocol.md, and that no field is left out. */
class EntryDigestTest {
  private static final Entry PLAIN =
      new Entry(
          new Device(new DeviceId("d"), "", "", "", ""),
          "1",
          "https://example.org/",
          "",
          0,
          "0",
          "link",
          1,
          false,
          null,
          UnknownFields.NONE);

  private static final Entry FULL =
      new Entry(
          new Device(new DeviceId("laptop"), "Linux x86_64", "Mozilla/5.0", "Chromium", "156.0"),
          "1700000000000-7",
          "https://example.org/caf\u00e9?q=1",
          "caf\u00e9 \uD83D\uDE80 \uD83D",
          1_700_000_000_000.25,
          "1700000000000-6",
          "typed",
          1_700_000_000_001L,
          false,
          new PageSummary("\u6771\u4eac", -0.0),
          new UnknownFields("{\"starred\":true}"));

  private static final Entry GONE = FULL.tombstone(1_700_000_000_002L);

  @Test
  void vectorsOfTheProtocol() {
    assertThat(hex(EntryDigest.of(PLAIN))).isEqualTo("fa3e90b30a022a05067fae397ceb8efa");
    assertThat(hex(EntryDigest.of(FULL))).isEqualTo("02f421fa29ba89479eb11143ad73f8d0");
    assertThat(hex(EntryDigest.of(GONE))).isEqualTo("4c39318c90f541d64897c0abd9ee8ff8");
    assertThat(GONE.visitTimeMillis()).isEqualTo(-184_608_235);
    Fingerprint both = Fingerprint.EMPTY.plus(EntryDigest.of(PLAIN)).plus(EntryDigest.of(FULL));
    assertThat(hex(new EntryDigest(both.high(), both.low())))
        .isEqualTo("fd32b2ad33bcb34ca530bf7d2a5f87ca");
  }

  @Test
  void eachFieldCounts() {
    Set<EntryDigest> digests = new HashSet<>();
    List<Entry> variants =
        List.of(
            PLAIN,
            with(device("e", "", "", "", ""), "1", "u", "t", "r", "l"),
            with(device("d", "x", "", "", ""), "1", "u", "t", "r", "l"),
            with(device("d", "", "x", "", ""), "1", "u", "t", "r", "l"),
            with(device("d", "", "", "x", ""), "1", "u", "t", "r", "l"),
            with(device("d", "", "", "", "x"), "1", "u", "t", "r", "l"),
            with(device("d", "", "", "", ""), "2", "u", "t", "r", "l"),
            with(device("d", "", "", "", ""), "1", "ut", "", "r", "l"),
            with(device("d", "", "", "", ""), "1", "", "ut", "r", "l"),
            with(device("d", "", "", "", ""), "1", "u", "t", "rl", ""),
            with(device("d", "", "", "", ""), "1", "u", "t", "", "rl"),
            with(-0.0, 1, false, null, ""),
            with(0, 2, false, null, ""),
            with(0, 1, true, null, ""),
            with(0, 1, false, new PageSummary("", 0), ""),
            with(0, 1, false, new PageSummary("", -0.0), ""),
            with(0, 1, false, new PageSummary("s", 0), ""),
            with(0, 1, false, null, "{}"));
    variants.forEach(variant -> digests.add(EntryDigest.of(variant)));
    assertThat(digests).hasSameSizeAs(variants);
  }

  @Test
  void halvesOfSurrogatePairsAreToldApart() {
    Set<EntryDigest> digests = new HashSet<>();
    List<String> texts =
        List.of("\uD83D\uDE80", "\uD83D", "\uDE80", "\uDE80\uD83D", "?", "??", "\uFFFD", "\0");
    for (String text : texts) {
      digests.add(EntryDigest.of(with(PLAIN.device(), "1", text, "", "", "")));
    }
    assertThat(digests).hasSameSizeAs(texts);
  }

  private static Device device(String id, String os, String agent, String name, String version) {
    return new Device(new DeviceId(id), os, agent, name, version);
  }

  private static Entry with(
      Device device, String visit, String url, String title, String referring, String transition) {
    return new Entry(
        device, visit, url, title, 0, referring, transition, 1, false, null, UnknownFields.NONE);
  }

  private static Entry with(
      double time, long modified, boolean deleted, @Nullable PageSummary page, String unknown) {
    return new Entry(
        PLAIN.device(),
        PLAIN.visitId(),
        PLAIN.url(),
        PLAIN.title(),
        time,
        PLAIN.referringVisitId(),
        PLAIN.transition(),
        modified,
        deleted,
        page,
        new UnknownFields(unknown));
  }

  private static String hex(EntryDigest digest) {
    return HexFormat.of().toHexDigits(digest.high()) + HexFormat.of().toHexDigits(digest.low());
  }
}
