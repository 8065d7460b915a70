// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.message;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.PageSummary;
import org.chroniclesync.api.message.MessageCodec;
import org.chroniclesync.api.storage.Batch;
import org.jspecify.annotations.Nullable;

/** Packs entries column by column, as docs/protocol.md says. */
final class EntryPacker {
  /** How many entries a record has at most. */
  static final int MAX_ENTRIES = Batch.MAX_ENTRIES;

  /** What an entry has beside its texts: their heads, two ids and times in numbers, the columns. */
  private static final int HEADS = 128;

  private final List<Entry> entries;
  private final CborWriter to;
  private final Map<Device, Recorder> recorders = new LinkedHashMap<>();
  private final Recorder[] recorderOf;
  private final long[] micros;
  private final long[] column;

  /** A device of the message, with what its visit ids begin with. */
  private static final class Recorder {
    private final int index;
    private @Nullable String stem;
    private long row;

    Recorder(int index) {
      this.index = index;
    }
  }

  private EntryPacker(List<Entry> entries, CborWriter to) {
    this.entries = entries;
    this.to = to;
    this.recorderOf = new Recorder[entries.size()];
    this.micros = new long[entries.size()];
    this.column = new long[entries.size()];
  }

  static void write(List<Entry> entries, CborWriter to) {
    if (entries.size() > MAX_ENTRIES) {
      throw new IllegalArgumentException(
          entries.size() + " entries; a record has at most " + MAX_ENTRIES);
    }
    new EntryPacker(entries, to).write();
  }

  /** Returns how many entries, from one on, come to so many bytes at most; at least one. */
  static int fitting(List<Entry> entries, int from, int bytes) {
    int most = Math.min(entries.size(), from + MAX_ENTRIES);
    Set<Device> devices = new HashSet<>();
    long size = 0;
    int to = from;
    while (to < most) {
      Entry entry = entries.get(to);
      // Mostly the one before, which is quicker to see.
      boolean known = to > from && entry.device().equals(entries.get(to - 1).device());
      size +=
          maxBytes(entry) + (known || !devices.add(entry.device()) ? 0 : maxBytes(entry.device()));
      if (size > bytes && to > from) {
        break;
      }
      to++;
    }
    return to - from;
  }

  /** Returns how much an entry adds at most, whatever stands before it, without its device. */
  private static int maxBytes(Entry entry) {
    PageSummary page = entry.page();
    return HEADS
        + Text.maxBytes(entry.visitId())
        + Text.maxBytes(entry.url())
        + Text.maxBytes(entry.title())
        + Text.maxBytes(entry.referringVisitId())
        + Text.maxBytes(entry.transition())
        + (page == null ? 0 : Text.maxBytes(page.summary()))
        + Text.maxBytes(entry.unknown().json());
  }

  private static int maxBytes(Device device) {
    return Text.maxBytes(device.id().value())
        + Text.maxBytes(device.platform())
        + Text.maxBytes(device.userAgent())
        + Text.maxBytes(device.browserName())
        + Text.maxBytes(device.browserVersion());
  }

  private void write() {
    to.integer(entries.size());
    prepare();
    devices();
    times();
    visitIds();
    referringIds();
    lastModified();
    transitions();
    deleted();
    urls();
    titles();
    pages();
    unknown();
  }

  private void prepare() {
    for (int i = 0; i < column.length; i++) {
      Entry entry = entries.get(i);
      micros[i] =
          entry.deleted()
              ? VisitNames.timeIn(entry.visitId())
              : VisitNames.micros(entry.visitTimeMillis());
      Recorder recorder =
          i > 0 && entry.device().equals(entries.get(i - 1).device())
              ? recorderOf[i - 1]
              : recorders.computeIfAbsent(entry.device(), device -> new Recorder(recorders.size()));
      if (recorder.stem == null) {
        recorder.stem = VisitNames.stem(entry.visitId(), micros[i]);
      }
      recorderOf[i] = recorder;
    }
  }

  private void devices() {
    to.array(recorders.size());
    recorders.forEach(
        (device, recorder) -> {
          to.array(6);
          to.text(device.id().value());
          to.text(device.platform());
          to.text(device.userAgent());
          to.text(device.browserName());
          to.text(device.browserVersion());
          to.textOrNothing(recorder.stem);
        });
    for (int i = 0; i < column.length; i++) {
      column[i] = recorderOf[i].index;
    }
    column();
  }

  private void times() {
    to.array(column.length);
    long before = 0;
    for (int i = 0; i < column.length; i++) {
      if (micros[i] == VisitNames.NO_MICROS) {
        to.real(entries.get(i).visitTimeMillis());
      } else {
        to.integer(micros[i] - before);
        before = micros[i];
      }
    }
  }

  private void visitIds() {
    to.array(column.length);
    for (int i = 0; i < column.length; i++) {
      Recorder recorder = recorderOf[i];
      String id = entries.get(i).visitId();
      long row = VisitNames.row(recorder.stem, id, micros[i]);
      column[i] = row;
      if (row == VisitNames.NONE) {
        to.text(id);
      } else {
        to.integer(row - recorder.row);
        recorder.row = row;
      }
    }
  }

  private void referringIds() {
    Map<String, Integer> earlier = new HashMap<>(2 * column.length);
    to.array(column.length);
    for (int i = 0; i < column.length; i++) {
      Entry entry = entries.get(i);
      String referring = entry.referringVisitId();
      Integer at = referring.length() < 2 ? null : earlier.get(referring);
      if (referring.isEmpty()) {
        to.nothing();
      } else if (referring.equals("0")) {
        to.integer(0);
      } else if (at != null) {
        to.integer(i - at);
      } else {
        distantReferring(i, referring);
      }
      earlier.put(entry.visitId(), i);
    }
  }

  /** Writes a visit that is not in the message as its distance from the one that it led to. */
  private void distantReferring(int i, String referring) {
    String stem = recorderOf[i].stem;
    long time = stem == null ? 0 : VisitNames.time(referring);
    long row = VisitNames.row(stem, referring, time);
    if (row == VisitNames.NONE || column[i] == VisitNames.NONE) {
      to.text(referring);
    } else {
      to.array(stem == null ? 1 : 2);
      to.integer(column[i] - row);
      if (stem != null) {
        to.integer(micros[i] - time);
      }
    }
  }

  private void lastModified() {
    for (int i = 0; i < column.length; i++) {
      Entry entry = entries.get(i);
      column[i] = entry.lastModifiedMillis() - wholeMillis(micros[i]);
    }
    column();
  }

  static long wholeMillis(long micros) {
    return micros == VisitNames.NO_MICROS ? 0 : Math.floorDiv(micros, 1_000);
  }

  private void transitions() {
    Map<String, Integer> known = new LinkedHashMap<>();
    for (int i = 0; i < column.length; i++) {
      String transition = entries.get(i).transition();
      column[i] = known.computeIfAbsent(transition, absent -> known.size());
    }
    texts(new ArrayList<>(known.keySet()));
    column();
  }

  private void deleted() {
    for (int i = 0; i < column.length; i++) {
      column[i] = entries.get(i).deleted() ? 1 : 0;
    }
    column();
  }

  private void urls() {
    Map<String, Integer> last = new HashMap<>(2 * column.length);
    List<String> fresh = new ArrayList<>();
    long chars = 0;
    for (int i = 0; i < column.length; i++) {
      String url = entries.get(i).url();
      Integer at = last.put(url, i);
      column[i] = at == null ? 0 : i - at;
      if (at == null) {
        fresh.add(url);
        chars += url.length();
      }
    }
    if (chars > MessageCodec.MAX_RECORD_BYTES) {
      throw new IllegalArgumentException(
          "URLs of " + chars + " characters; at most " + MessageCodec.MAX_RECORD_BYTES);
    }
    column();
    new UrlPacker(fresh).write(to);
  }

  private void titles() {
    // What the URLs left in the column: how far back the same one is.
    Map<String, Integer> last = new HashMap<>(2 * column.length);
    List<String> fresh = new ArrayList<>();
    for (int i = 0; i < column.length; i++) {
      String title = entries.get(i).title();
      int visitedAt = i - (int) column[i];
      Integer at = last.put(title, i);
      if (column[i] > 0 && title.equals(entries.get(visitedAt).title())) {
        column[i] = 1;
      } else {
        column[i] = at == null ? 0 : i - at + 1;
      }
      if (at == null) {
        fresh.add(title);
      }
    }
    column();
    texts(fresh);
  }

  private void pages() {
    to.array((int) entries.stream().filter(entry -> entry.page() != null).count());
    int next = 0;
    for (int i = 0; i < column.length; i++) {
      PageSummary page = entries.get(i).page();
      if (page != null) {
        to.array(3);
        to.integer(i - next);
        next = i + 1;
        to.text(page.summary());
        to.real(page.extractedAtMillis());
      }
    }
  }

  private void unknown() {
    to.array((int) entries.stream().filter(entry -> !entry.unknown().isEmpty()).count());
    int next = 0;
    for (int i = 0; i < column.length; i++) {
      Entry entry = entries.get(i);
      if (!entry.unknown().isEmpty()) {
        to.array(2);
        to.integer(i - next);
        next = i + 1;
        to.text(entry.unknown().json());
      }
    }
  }

  private void texts(List<String> texts) {
    to.array(texts.size());
    texts.forEach(to::text);
  }

  private void column() {
    writeColumn(column, to);
  }

  /** Writes a column of numbers, as one number if all are the same. */
  static void writeColumn(long[] values, CborWriter to) {
    if (values.length > 0 && isConstant(values)) {
      to.integer(values[0]);
    } else {
      to.array(values.length);
      for (long value : values) {
        to.integer(value);
      }
    }
  }

  private static boolean isConstant(long[] values) {
    for (long value : values) {
      if (value != values[0]) {
        return false;
      }
    }
    return true;
  }
}
