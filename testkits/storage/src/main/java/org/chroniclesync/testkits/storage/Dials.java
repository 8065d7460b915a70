// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.storage;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.Bound;
import org.chroniclesync.api.storage.Change;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.DeviceSummary;
import org.chroniclesync.api.storage.Fingerprint;
import org.chroniclesync.api.storage.MergeResult;
import org.chroniclesync.api.storage.SearchResults;
import org.chroniclesync.api.storage.StoreState;

/** A dial for each method of a {@link FaultyStore}. */
public final class Dials {
  private final Dial<MergeResult> merge = new Dial<>();
  private final Dial<Cursor<Change>> changes = new Dial<>();
  private final Dial<Cursor<Entry>> read = new Dial<>();
  private final Dial<SearchResults> search = new Dial<>();
  private final Dial<StoreState> state = new Dial<>();
  private final Dial<List<DeviceSummary>> devices = new Dial<>();
  private final Dial<Optional<String>> mark = new Dial<>();
  private final Dial<Map<String, String>> marks = new Dial<>();
  private final Dial<Fingerprint> fingerprint = new Dial<>();
  private final Dial<List<Bound>> split = new Dial<>();
  private final Dial<Cursor<Entry>> standing = new Dial<>();
  private final Dial<Boolean> next = new Dial<>();
  private final Dial<Boolean> checkWritable = new Dial<>();
  private final Dial<Boolean> erase = new Dial<>();

  Dials() {}

  /**
   * Returns the dials of all methods.
   *
   * @return each once
   */
  public List<Dial<?>> all() {
    return List.of(
        merge,
        changes,
        read,
        search,
        state,
        devices,
        mark,
        marks,
        fingerprint,
        split,
        standing,
        next,
        checkWritable,
        erase);
  }

  /** Lets all methods be as they should from now on. Calls that hang are not released. */
  public void work() {
    all().forEach(Dial::works);
  }

  /**
   * Returns the dial of {@code merge}.
   *
   * @return the dial
   */
  public Dial<MergeResult> merge() {
    return merge;
  }

  /**
   * Returns the dial of both forms of {@code changes}.
   *
   * @return the dial
   */
  public Dial<Cursor<Change>> changes() {
    return changes;
  }

  /**
   * Returns the dial of {@code read}.
   *
   * @return the dial
   */
  public Dial<Cursor<Entry>> read() {
    return read;
  }

  /**
   * Returns the dial of {@code search}.
   *
   * @return the dial
   */
  public Dial<SearchResults> search() {
    return search;
  }

  /**
   * Returns the dial of {@code state}.
   *
   * @return the dial
   */
  public Dial<StoreState> state() {
    return state;
  }

  /**
   * Returns the dial of {@code devices}.
   *
   * @return the dial
   */
  public Dial<List<DeviceSummary>> devices() {
    return devices;
  }

  /**
   * Returns the dial of {@code mark}.
   *
   * @return the dial
   */
  public Dial<Optional<String>> mark() {
    return mark;
  }

  /**
   * Returns the dial of {@code marks}.
   *
   * @return the dial
   */
  public Dial<Map<String, String>> marks() {
    return marks;
  }

  /**
   * Returns the dial of {@code fingerprint}.
   *
   * @return the dial
   */
  public Dial<Fingerprint> fingerprint() {
    return fingerprint;
  }

  /**
   * Returns the dial of {@code split}.
   *
   * @return the dial
   */
  public Dial<List<Bound>> split() {
    return split;
  }

  /**
   * Returns the dial of {@code standing}.
   *
   * @return the dial
   */
  public Dial<Cursor<Entry>> standing() {
    return standing;
  }

  /**
   * Returns the dial of {@code next} of all cursors, which tells whether there is a next result: a
   * lie that says false ends the cursor early.
   *
   * @return the dial
   */
  public Dial<Boolean> next() {
    return next;
  }

  /**
   * Returns the dial of {@code checkWritable}, which returns nothing: a lie has no effect.
   *
   * @return the dial
   */
  public Dial<Boolean> checkWritable() {
    return checkWritable;
  }

  /**
   * Returns the dial of {@code erase}.
   *
   * @return the dial
   */
  public Dial<Boolean> erase() {
    return erase;
  }
}
