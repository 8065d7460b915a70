// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.util.List;
import java.util.Random;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.PageSummary;
import org.chroniclesync.api.history.UnknownFields;

/** Entries for tests. */
final class Samples {
  static final long TIME_MILLIS = 1_700_000_000_000L;

  private static final List<String> WORDS =
      List.of(
          ("mountain river garden bicycle weather recipe engine library concert museum planet"
                  + " keyboard football election market insurance flight hotel holiday camera"
                  + " database network compiler kernel review history science physics novel poetry"
                  + " news video music podcast school university student teacher doctor health")
              .split(" "));

  private Samples() {}

  static Device device(String id) {
    return new Device(new DeviceId(id), "Linux x86_64", "Mozilla/5.0 " + id, "Chromium", "156.0");
  }

  /** A visit with a title, everything else plain. */
  static Entry entry(String device, String visit, String title) {
    return version(device, visit, title, TIME_MILLIS, false);
  }

  static Entry version(String device, String visit, String title, long modified, boolean deleted) {
    return new Entry(
        device(device),
        visit,
        "https://example.org/" + visit,
        title,
        TIME_MILLIS,
        "0",
        "link",
        modified,
        deleted,
        null,
        UnknownFields.NONE);
  }

  static Entry at(String device, String visit, double visitTimeMillis) {
    Entry e = entry(device, visit, "at");
    return new Entry(
        e.device(),
        visit,
        e.url(),
        e.title(),
        visitTimeMillis,
        "0",
        "link",
        e.lastModifiedMillis(),
        false,
        null,
        UnknownFields.NONE);
  }

  static Entry withSummary(Entry e, String summary) {
    return new Entry(
        e.device(),
        e.visitId(),
        e.url(),
        e.title(),
        e.visitTimeMillis(),
        e.referringVisitId(),
        e.transition(),
        e.lastModifiedMillis(),
        e.deleted(),
        new PageSummary(summary, TIME_MILLIS + 0.5),
        e.unknown());
  }

  /** The i-th visit of a history such as people have: long URLs, short titles, few summaries. */
  static Entry realistic(int i) {
    Random random = new Random(i);
    String host = word(random) + word(random) + (i % 997) + ".example.com";
    String title = words(random, 6) + " " + i % 5_000;
    PageSummary page = i % 10 == 0 ? new PageSummary(words(random, 30), TIME_MILLIS) : null;
    return new Entry(
        device("device-" + i % 4),
        Integer.toString(i),
        "https://www." + host + "/" + word(random) + "/" + word(random) + "-" + i + "?q=" + i % 77,
        title,
        TIME_MILLIS + i * 61_003.25,
        i % 3 == 0 ? "0" : Integer.toString(i - 1),
        i % 5 == 0 ? "typed" : "link",
        TIME_MILLIS + i * 61_003L,
        false,
        page,
        UnknownFields.NONE);
  }

  private static String words(Random random, int count) {
    StringBuilder text = new StringBuilder(word(random));
    for (int i = 1; i < count; i++) {
      text.append(' ').append(word(random));
    }
    return text.toString();
  }

  private static String word(Random random) {
    return WORDS.get(random.nextInt(WORDS.size()));
  }
}
