// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.PageSummary;
import org.chroniclesync.api.history.UnknownFields;

/**
 * Visits to the sites of a {@link SyntheticHistory}, each of which depends on its device and its
 * number alone: several processes, or two nodes of a test, make the same one without those before
 * it. No page is seen twice. Safe for any thread; the first call takes some milliseconds.
 */
public final class NumberedVisits {
  /** From one visit to the next; times are fractions of milliseconds, as browsers have them. */
  private static final double GAP_MILLIS = 61_003.25;

  private static final int SUMMARY_IN = 10;
  private static final int SUMMARY_WORDS = 30;
  private static final int UNREFERRED_IN = 3;
  private static final int TYPED_IN = 5;

  private NumberedVisits() {}

  /** Made when the first visit is: sites and words that never change from then on. */
  private static final class World {
    private static final Vocabulary VOCABULARY = new Vocabulary(new Random(0));
    private static final Sites SITES = new Sites(VOCABULARY, new Random(0));
  }

  /**
   * Makes the visits of a device from the first one on.
   *
   * @param device the id of the device
   * @param count how many
   * @return entries, the oldest first
   */
  public static List<Entry> visits(String device, int count) {
    List<Entry> visits = new ArrayList<>(count);
    for (int number = 0; number < count; number++) {
      visits.add(visit(device, number));
    }
    return visits;
  }

  /**
   * Makes a visit of a device.
   *
   * @param device the id of the device
   * @param number 0 or greater; a greater one is later
   * @return always the same entry for the same device and number
   */
  public static Entry visit(String device, int number) {
    Random random = new Random(31L * device.hashCode() + number);
    Site.Page page = World.SITES.any(random).newPage(random);
    double time = SyntheticHistory.BEGIN_MILLIS + number * GAP_MILLIS;
    return new Entry(
        new Device(new DeviceId(device), "Linux x86_64", "Mozilla/5.0", "Chromium", "156.0"),
        id(device, number),
        page.url(),
        page.title(),
        time,
        number % UNREFERRED_IN == 0 ? "0" : id(device, number - 1),
        number % TYPED_IN == 0 ? "typed" : "link",
        (long) time,
        false,
        number % SUMMARY_IN == 0 ? summary(random, time) : null,
        UnknownFields.NONE);
  }

  private static String id(String device, int number) {
    return device + "-" + number;
  }

  private static PageSummary summary(Random random, double time) {
    return new PageSummary(World.VOCABULARY.words(SUMMARY_WORDS, " ", random), time);
  }

  /**
   * Returns the word that comes most often in titles and summaries.
   *
   * @return the word
   */
  public static String commonWord() {
    return World.VOCABULARY.word(0);
  }
}
