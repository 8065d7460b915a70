// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What Lucene's filters make of a letter, as the table {@code folds} beside this class. They
 * themselves would bring a good part of Lucene into each program that embeds the api.
 */
final class Folds {
  private static final @Nullable String[] TABLE = load();

  private Folds() {}

  /** Returns the letters that stand for a character, or null if it stands for itself. */
  static @Nullable String of(int character) {
    return character < TABLE.length ? TABLE[character] : null;
  }

  private static @Nullable String[] load() {
    @Nullable String[] table = new String[Character.MAX_VALUE + 1];
    try (InputStream file = Folds.class.getResourceAsStream("folds")) {
      if (file == null) {
        throw new IllegalStateException("the table of folded letters is not in the bundle");
      }
      String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
      text.lines().forEach(line -> table[line.charAt(0)] = line.substring(1));
      return table;
    } catch (IOException e) {
      throw new UncheckedIOException("the table of folded letters cannot be read", e);
    }
  }
}
