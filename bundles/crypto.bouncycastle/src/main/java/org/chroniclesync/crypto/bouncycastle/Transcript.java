// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.crypto.bouncycastle;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Values one after the other, each with its length before it, so that no two lists look alike. */
final class Transcript {
  private static final int MAX_BYTES = 0xffff;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);

  /** Begins one. The label keeps what is hashed or sealed for one purpose apart from all others. */
  Transcript(String label) {
    add(label.getBytes(StandardCharsets.US_ASCII));
  }

  Transcript add(byte[] value) {
    if (value.length > MAX_BYTES) {
      throw new IllegalArgumentException("a value of " + value.length + " bytes");
    }
    bytes.write(value.length >>> 8);
    bytes.write(value.length);
    bytes.write(value, 0, value.length);
    return this;
  }

  /** Adds UTF-16 code units: a stranger's name may hold half a surrogate pair, lost in UTF-8. */
  Transcript add(String value) {
    byte[] units = new byte[2 * value.length()];
    for (int i = 0; i < value.length(); i++) {
      units[2 * i] = (byte) (value.charAt(i) >>> 8);
      units[2 * i + 1] = (byte) value.charAt(i);
    }
    return add(units);
  }

  byte[] bytes() {
    return bytes.toByteArray();
  }
}
