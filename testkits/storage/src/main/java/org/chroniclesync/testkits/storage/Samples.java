// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.PageSummary;
import org.chroniclesync.api.history.UnknownFields;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.testkits.history.NumberedVisits;

/** Entries for tests. */
public final class Samples {
  /** When the visits of these samples were made, milliseconds since 1970. */
  public static final long TIME_MILLIS = 1_700_000_000_000L;

  private Samples() {}

  /**
   * A device.
   *
   * @param id its id
   * @return a device with that id
   */
  public static Device device(String id) {
    return new Device(new DeviceId(id), "Linux x86_64", "Mozilla/5.0 " + id, "Chromium", "156.0");
  }

  /**
   * A visit with a title, everything else plain.
   *
   * @param device the device id
   * @param visit the visit id
   * @param title the title
   * @return the entry
   */
  public static Entry entry(String device, String visit, String title) {
    return version(device, visit, title, TIME_MILLIS, false);
  }

  /**
   * A version of a visit.
   *
   * @param device the device id
   * @param visit the visit id
   * @param title the title
   * @param modified when the version was made
   * @param deleted whether it is a tombstone
   * @return the entry
   */
  public static Entry version(
      String device, String visit, String title, long modified, boolean deleted) {
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

  /**
   * A visit at a time.
   *
   * @param device the device id
   * @param visit the visit id
   * @param visitTimeMillis when
   * @return the entry, with the title "at"
   */
  public static Entry at(String device, String visit, double visitTimeMillis) {
    return movedTo(entry(device, visit, "at"), visitTimeMillis);
  }

  /**
   * The same entry at another time.
   *
   * @param e the entry
   * @param visitTimeMillis when
   * @return a copy
   */
  public static Entry movedTo(Entry e, double visitTimeMillis) {
    return new Entry(
        e.device(),
        e.visitId(),
        e.url(),
        e.title(),
        visitTimeMillis,
        e.referringVisitId(),
        e.transition(),
        e.lastModifiedMillis(),
        e.deleted(),
        e.page(),
        e.unknown());
  }

  /**
   * The same entry with a page summary.
   *
   * @param e the entry
   * @param summary the summary
   * @return a copy
   */
  public static Entry withSummary(Entry e, String summary) {
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

  /**
   * The i-th visit of a history such as people have: long URLs, short titles, few summaries.
   *
   * @param i its number
   * @return always the same entry for a number
   */
  public static Entry realistic(int i) {
    return NumberedVisits.visit("device-" + i % 4, i);
  }

  /**
   * Few visits, many versions that tie in all but one respect.
   *
   * @param random decides
   * @param count how many versions
   * @return the versions
   */
  public static List<Entry> versions(Random random, int count) {
    List<Entry> versions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Entry e =
          version(
              "device" + random.nextInt(2),
              "v" + random.nextInt(12),
              "title" + random.nextInt(3),
              random.nextInt(3),
              random.nextInt(4) == 0);
      versions.add(random.nextInt(3) == 0 ? withSummary(e, "s" + random.nextInt(3)) : e);
    }
    return versions;
  }

  /**
   * Versions whose visit time moves, to where it is hard to keep: before 1970, to both zeros,
   * beside powers of two, to the ends of all numbers, and many to the same moment.
   *
   * @param random decides
   * @param count how many versions
   * @return the versions, about four of each visit
   */
  public static List<Entry> wandering(Random random, int count) {
    List<Entry> versions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Entry e =
          version(
              List.of("device", "device \uE000", "device \uD83D\uDE00").get(random.nextInt(3)),
              "v" + random.nextInt(1 + count / 12),
              "title" + random.nextInt(3),
              random.nextInt(1_000),
              random.nextInt(4) == 0);
      versions.add(movedTo(e, oddTime(random)));
    }
    return versions;
  }

  private static double oddTime(Random random) {
    double sign = random.nextBoolean() ? 1 : -1;
    return switch (random.nextInt(8)) {
      case 0 -> sign * 0.0;
      case 1 -> sign * Double.MIN_VALUE;
      case 2 -> sign * Double.MAX_VALUE / (1 + random.nextInt(3));
      case 3 -> sign * (Math.scalb(1.0, random.nextInt(50)) - random.nextInt(3));
      case 4, 5 -> TIME_MILLIS + random.nextInt(3) * 0.25;
      case 6 -> sign * TIME_MILLIS * random.nextDouble();
      default -> TIME_MILLIS + random.nextInt(100_000_000);
    };
  }

  /**
   * A batch of realistic visits that no other number has.
   *
   * @param number the number of the batch
   * @param entries how many visits
   * @param mark a mark whose value is how many batches there are with this one
   * @return the batch
   */
  public static Batch batch(int number, int entries, String mark) {
    List<Entry> visits = new ArrayList<>();
    for (int i = 0; i < entries; i++) {
      visits.add(realistic(number * entries + i));
    }
    return new Batch(visits, null, Map.of(mark, Integer.toString(number + 1)));
  }
}
