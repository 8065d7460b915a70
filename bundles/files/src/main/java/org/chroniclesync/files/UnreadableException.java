// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.files;

/** A file cannot be read on from here; the message is a sentence for the person. */
final class UnreadableException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean foreign;

  UnreadableException(String message) {
    this(message, false);
  }

  private UnreadableException(String message, boolean foreign) {
    super(message);
    this.foreign = foreign;
  }

  /** Says that a file holds no history at all: worth a word only if it was named. */
  static UnreadableException foreign(String message) {
    return new UnreadableException(message, true);
  }

  boolean isForeign() {
    return foreign;
  }
}
