// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.message;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.chroniclesync.api.history.Bounds;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.PageSummary;
import org.chroniclesync.api.history.UnknownFields;
import org.chroniclesync.api.message.MalformedMessageException;
import org.chroniclesync.api.message.MessageCodec;
import org.jspecify.annotations.Nullable;

/** Unpacks what {@link EntryPacker} packs. Whatever is not exactly so is refused. */
final class EntryUnpacker {
  private static final int DEVICE_FIELDS = 6;

  private final CborReader from;
  private final int count;
  private final long[] micros;
  private final double[] times;
  private final long[] rows;
  private final String[] visitIds;
  private final String[] urls;

  private EntryUnpacker(CborReader from, int count) {
    this.from = from;
    this.count = count;
    this.micros = new long[count];
    this.times = new double[count];
    this.rows = new long[count];
    this.visitIds = new String[count];
    this.urls = new String[count];
  }

  /**
   * @throws IllegalArgumentException if an entry is outside its bounds
   */
  static List<Entry> read(CborReader from) throws MalformedMessageException {
    return new EntryUnpacker(from, from.integer(EntryPacker.MAX_ENTRIES + 1)).read();
  }

  private List<Entry> read() throws MalformedMessageException {
    int known = sizeUpToCount();
    Device[] devices = new Device[known];
    @Nullable String[] stems = new String[known];
    for (int i = 0; i < known; i++) {
      from.array(DEVICE_FIELDS);
      devices[i] =
          new Device(new DeviceId(from.text()), from.text(), from.text(), from.text(), from.text());
      stems[i] = stem();
    }
    int[] deviceOf = indexes(known);
    times();
    visitIds(deviceOf, stems);
    String[] referring = referringIds(deviceOf, stems);
    long[] lastModified = column(count);
    String[] transitions = texts();
    int[] transitionOf = indexes(transitions.length);
    int[] deleted = indexes(2);
    long[] sameUrl = column(count);
    urls(sameUrl);
    String[] titles = titles(sameUrl);
    @Nullable PageSummary[] pages = pages();
    UnknownFields[] unknown = unknown();
    List<Entry> entries = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      entries.add(
          new Entry(
              devices[deviceOf[i]],
              visitIds[i],
              urls[i],
              titles[i],
              times[i],
              referring[i],
              transitions[transitionOf[i]],
              lastModified[i] + EntryPacker.wholeMillis(micros[i]),
              deleted[i] == 1,
              pages[i],
              unknown[i]));
    }
    return entries;
  }

  /** A stem stands for each visit of its device: a short record must not become a long one. */
  private @Nullable String stem() throws MalformedMessageException {
    String stem = from.textOrNothing();
    return stem == null
        ? null
        : Bounds.text("what visit ids begin with", stem, Bounds.MAX_ID_CHARS);
  }

  private void times() throws MalformedMessageException {
    from.array(count);
    long before = 0;
    for (int i = 0; i < count; i++) {
      if (from.isReal()) {
        times[i] = from.real();
        micros[i] = VisitNames.NO_MICROS;
      } else {
        before = VisitNames.later(before, from.integer());
        micros[i] = before;
        times[i] = VisitNames.millis(before);
      }
    }
  }

  private void visitIds(int[] deviceOf, @Nullable String[] stems) throws MalformedMessageException {
    long[] before = new long[stems.length];
    from.array(count);
    for (int i = 0; i < count; i++) {
      int device = deviceOf[i];
      if (from.isInteger()) {
        rows[i] = before[device] + from.integer();
        before[device] = rows[i];
        visitIds[i] = name(stems[device], rows[i], micros[i]);
      } else {
        rows[i] = VisitNames.NONE;
        visitIds[i] = from.text();
      }
    }
  }

  private static String name(@Nullable String stem, long row, long micros)
      throws MalformedMessageException {
    if (row < 0 || (stem != null && micros < 0)) {
      throw new MalformedMessageException("a visit id without a row or time", null);
    }
    return VisitNames.name(stem, row, micros);
  }

  private String[] referringIds(int[] deviceOf, @Nullable String[] stems)
      throws MalformedMessageException {
    String[] referring = new String[count];
    from.array(count);
    for (int i = 0; i < count; i++) {
      if (from.nothing()) {
        referring[i] = "";
      } else if (from.isInteger()) {
        int back = from.integer(i + 1);
        referring[i] = back == 0 ? "0" : visitIds[i - back];
      } else {
        referring[i] = from.isArray() ? distant(i, stems[deviceOf[i]]) : from.text();
      }
    }
    return referring;
  }

  private String distant(int i, @Nullable String stem) throws MalformedMessageException {
    from.array(stem == null ? 1 : 2);
    if (rows[i] == VisitNames.NONE) {
      throw new MalformedMessageException("a distance from a visit id without a row", null);
    }
    long row = rows[i] - from.integer();
    return name(stem, row, stem == null ? 0 : micros[i] - from.integer());
  }

  private void urls(long[] same) throws MalformedMessageException {
    String[] fresh = freshUrls(zeros(same));
    int next = 0;
    for (int i = 0; i < count; i++) {
      urls[i] = same[i] == 0 ? fresh[next++] : urls[i - back(same[i], i)];
    }
  }

  private String[] freshUrls(int size) throws MalformedMessageException {
    long[] distances = column(size);
    long[] shared = column(size);
    String[] fresh = new String[size];
    long chars = 0;
    from.array(size);
    for (int i = 0; i < size; i++) {
      String rest = from.text();
      fresh[i] =
          distances[i] == 0 ? rest : start(fresh[i - back(distances[i], i)], shared[i], rest);
      chars += fresh[i].length();
      // A short record must not become a long list of long URLs.
      if (chars > MessageCodec.MAX_RECORD_BYTES) {
        throw new MalformedMessageException("URLs of more than a record together", null);
      }
    }
    return fresh;
  }

  private static String start(String base, long shared, String rest)
      throws MalformedMessageException {
    if (shared < 0 || shared > base.length() || shared + rest.length() > Bounds.MAX_URL_CHARS) {
      throw new MalformedMessageException("a URL that shares " + shared + " characters", null);
    }
    return base.substring(0, (int) shared).concat(rest);
  }

  private String[] titles(long[] sameUrl) throws MalformedMessageException {
    long[] same = column(count);
    int size = zeros(same);
    String[] titles = new String[count];
    from.array(size);
    for (int i = 0; i < count; i++) {
      if (same[i] == 0) {
        titles[i] = from.text();
      } else {
        titles[i] = titles[i - back(same[i] == 1 ? sameUrl[i] : same[i] - 1, i)];
      }
    }
    return titles;
  }

  private @Nullable PageSummary[] pages() throws MalformedMessageException {
    @Nullable PageSummary[] pages = new PageSummary[count];
    int next = 0;
    for (int left = from.array(); left > 0; left--) {
      from.array(3);
      int at = next + from.integer(count - next);
      pages[at] = new PageSummary(from.text(), from.real());
      next = at + 1;
    }
    return pages;
  }

  private UnknownFields[] unknown() throws MalformedMessageException {
    UnknownFields[] unknown = new UnknownFields[count];
    Arrays.fill(unknown, UnknownFields.NONE);
    int next = 0;
    for (int left = from.array(); left > 0; left--) {
      from.array(2);
      int at = next + from.integer(count - next);
      unknown[at] = new UnknownFields(from.text());
      next = at + 1;
    }
    return unknown;
  }

  private String[] texts() throws MalformedMessageException {
    String[] texts = new String[sizeUpToCount()];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = from.text();
    }
    return texts;
  }

  private int sizeUpToCount() throws MalformedMessageException {
    int size = from.array();
    if (size > count) {
      throw new MalformedMessageException(size + " values of " + count + " entries", null);
    }
    return size;
  }

  private int[] indexes(int limit) throws MalformedMessageException {
    long[] column = column(count);
    int[] indexes = new int[count];
    for (int i = 0; i < count; i++) {
      if (column[i] < 0 || column[i] >= limit) {
        throw new MalformedMessageException("item " + column[i] + " of " + limit, null);
      }
      indexes[i] = (int) column[i];
    }
    return indexes;
  }

  private long[] column(int size) throws MalformedMessageException {
    long[] column = new long[size];
    if (from.isInteger()) {
      Arrays.fill(column, from.integer());
    } else {
      from.array(size);
      for (int i = 0; i < size; i++) {
        column[i] = from.integer();
      }
    }
    return column;
  }

  private static int zeros(long[] column) {
    int zeros = 0;
    for (long value : column) {
      zeros += value == 0 ? 1 : 0;
    }
    return zeros;
  }

  /** Returns a distance to an earlier item. */
  private static int back(long distance, int at) throws MalformedMessageException {
    if (distance < 1 || distance > at) {
      throw new MalformedMessageException("item " + at + " refers " + distance + " back", null);
    }
    return (int) distance;
  }
}
