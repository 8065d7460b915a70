// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage;

import java.util.List;
import java.util.Map;
import org.chroniclesync.api.history.Bounds;
import org.chroniclesync.api.history.Entry;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What is merged in one step: all of it is durable afterwards, or none.
 *
 * <p>A <em>mark</em> is a note that is true only if the entries beside it are stored: how far we
 * have read a peer's feed, or a browser's database. Because it is written in the same transaction
 * and lives in the same store, it can neither run ahead of the entries nor outlive them.
 *
 * @param entries at most {@link #MAX_ENTRIES}; several versions of one visit may be among them
 * @param source the feed that the entries came from, or null if they were recorded here; a session
 *     does not send entries back to their source
 * @param marks at most {@link #MAX_MARKS} names with their new values; names and values have at
 *     most {@link #MAX_MARK_CHARS} characters
 */
@ProviderType
public record Batch(List<Entry> entries, @Nullable FeedId source, Map<String, String> marks) {
  /** Most entries in one batch. */
  public static final int MAX_ENTRIES = 10_000;

  /** Most marks in one batch. */
  public static final int MAX_MARKS = 64;

  /** Longest name or value of a mark, in characters. */
  public static final int MAX_MARK_CHARS = 1_000;

  /**
   * Copies the collections and checks the bounds.
   *
   * @throws IllegalArgumentException if there are too many entries or marks, or too long ones
   */
  public Batch {
    entries = List.copyOf(entries);
    marks = Map.copyOf(marks);
    if (entries.size() > MAX_ENTRIES) {
      throw new IllegalArgumentException(
          "a batch of " + entries.size() + " entries; at most " + MAX_ENTRIES + " are allowed");
    }
    if (marks.size() > MAX_MARKS) {
      throw new IllegalArgumentException("too many marks: " + marks.size());
    }
    marks.forEach(
        (name, value) -> {
          Bounds.text("mark name", name, MAX_MARK_CHARS);
          Bounds.text("mark " + name, value, MAX_MARK_CHARS);
        });
  }

  /**
   * Returns a batch of entries that were recorded here.
   *
   * @param entries the entries
   * @return a batch without source and marks
   */
  public static Batch of(List<Entry> entries) {
    return new Batch(entries, null, Map.of());
  }
}
