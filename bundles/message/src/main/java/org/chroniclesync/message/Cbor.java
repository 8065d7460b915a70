// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.message;

/** The bytes that CBOR items begin with. */
final class Cbor {
  static final int MAJOR_SHIFT = 5;
  static final int INFO_MASK = 0x1f;

  static final int UNSIGNED = 0;
  static final int NEGATIVE = 1;
  static final int BYTES = 2;
  static final int TEXT = 3;
  static final int ARRAY = 4;

  static final int NULL = 0xf6;
  static final int DOUBLE = 0xfb;

  static final int ONE_BYTE = 24;
  static final int TWO_BYTES = 25;
  static final int FOUR_BYTES = 26;
  static final int EIGHT_BYTES = 27;

  private Cbor() {}
}
