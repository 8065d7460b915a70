// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.UnknownFields;

/**
 * Makes the history of a person with some devices: sites by Zipf's law, pages that are seen again,
 * addresses and titles as long as real ones, visits in bursts. The same seed makes the same
 * history. Ids and fields are as the importer of browsers makes them. Not safe for several threads.
 */
public final class SyntheticHistory {
  /** When the first visit is, in milliseconds since 1970. */
  public static final long BEGIN_MILLIS = 1_600_000_000_000L;

  private static final int NEXT_BURST_IN = 25;
  private static final double BURST_GAP_MILLIS = 3_600_000;
  private static final double VISIT_GAP_MILLIS = 25_000;
  private static final double SAME_SITE = 0.6;
  private static final double SAME_PAGE = 0.45;
  private static final double REFERRED = 0.6;
  private static final String[] TRANSITIONS = {
    "link", "typed", "reload", "form_submit", "generated", "auto_bookmark"
  };
  private static final Zipf TRANSITION = new Zipf(TRANSITIONS.length, 2);

  private final Random random;
  private final Sites sites;
  private final List<Recorder> recorders = new ArrayList<>();
  private Recorder recorder;
  private Site site;
  private long micros = BEGIN_MILLIS * 1_000;

  /** A browser that records visits, with its last row and visit. */
  private static final class Recorder {
    private final Device device;
    private final String stem;
    private int row;
    private String lastVisitId = "0";

    Recorder(int number, Random random) {
      stem = String.format("%08x", random.nextInt());
      device =
          new Device(
              new DeviceId("cs-" + stem + String.format("%024x", random.nextLong() >>> 1)),
              number % 2 == 0 ? "Linux x86_64" : "Win32",
              "Mozilla/5.0 (X11; Linux x86_64; rv:" + (130 + number) + ".0) Gecko/20100101",
              number % 2 == 0 ? "Firefox" : "Chromium",
              (130 + number) + ".0");
      row = random.nextInt(5_000);
    }
  }

  /**
   * Begins a history.
   *
   * @param seed what it is made from
   * @param devices how many devices record it, 1 or more
   */
  public SyntheticHistory(long seed, int devices) {
    random = new Random(seed);
    sites = new Sites(new Vocabulary(random), random);
    for (int i = 0; i < devices; i++) {
      recorders.add(new Recorder(i, random));
    }
    recorder = recorders.get(0);
    site = sites.first();
  }

  /**
   * Makes the visits that come next.
   *
   * @param count how many
   * @return entries, the oldest first
   */
  public List<Entry> next(int count) {
    List<Entry> entries = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      entries.add(next());
    }
    return entries;
  }

  /**
   * Makes the visit that comes next.
   *
   * @return its entry
   */
  public Entry next() {
    boolean burst = random.nextInt(NEXT_BURST_IN) == 0;
    if (burst) {
      recorder = recorders.get(random.nextInt(recorders.size()));
    }
    // Exponential gaps: most visits come soon after the one before.
    double gap = -Math.log(1 - random.nextDouble());
    micros += 1 + (long) (gap * 1_000 * (burst ? BURST_GAP_MILLIS : VISIT_GAP_MILLIS));
    boolean stays = !burst && random.nextDouble() < SAME_SITE;
    if (!stays) {
      site = sites.any(random);
    }
    return entry(site.visit(random.nextDouble() < SAME_PAGE, random), !burst);
  }

  private Entry entry(Site.Page page, boolean mayBeReferred) {
    recorder.row++;
    String id = recorder.stem + "-" + recorder.row + "-" + Long.toString(micros, 36);
    boolean referred = mayBeReferred && random.nextDouble() < REFERRED;
    String referring = referred ? recorder.lastVisitId : "0";
    recorder.lastVisitId = id;
    return new Entry(
        recorder.device,
        id,
        page.url(),
        page.title(),
        micros / 1_000.0,
        referring,
        TRANSITIONS[TRANSITION.rank(random)],
        micros / 1_000,
        false,
        null,
        UnknownFields.NONE);
  }
}
