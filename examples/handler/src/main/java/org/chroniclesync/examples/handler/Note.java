// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.examples.handler;

import java.util.UUID;

/**
 * A note.
 *
 * @param id what its sender calls it
 * @param text what it says; it may be shown at a terminal, hence has no control characters
 */
record Note(String id, String text) {
  static final int MAX_ID_CHARS = 64;
  static final int MAX_TEXT_CHARS = 2_000;

  Note {
    check("id", id, MAX_ID_CHARS);
    check("text", text, MAX_TEXT_CHARS);
  }

  /** Makes a note with an id that no other note has. */
  static Note of(String text) {
    return new Note(UUID.randomUUID().toString(), text);
  }

  private static void check(String name, String value, int most) {
    if (value.isEmpty() || value.length() > most) {
      throw new IllegalArgumentException(
          "a note's " + name + " has " + value.length() + " characters; 1 to " + most + " may be");
    }
    if (value.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("a note's " + name + " has control characters");
    }
  }
}
