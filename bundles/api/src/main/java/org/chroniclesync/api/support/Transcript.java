// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.support;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Values one after the other, each with its length before it as 2 bytes, so that no two lists look
 * alike: what is hashed, signed or authenticated in version 2. Not safe for several threads.
 */
@ProviderType
public final class Transcript {
  /** Longest value, in bytes. */
  public static final int MAX_BYTES = 0xffff;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);

  /**
   * Begins one.
   *
   * @param label keeps what is signed or sealed for one purpose apart from all others; ASCII
   */
  public Transcript(String label) {
    add(label.getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * Adds a value.
   *
   * @param value the bytes, which are copied
   * @return this
   * @throws IllegalArgumentException if it is longer than {@link #MAX_BYTES}
   */
  public Transcript add(byte[] value) {
    if (value.length > MAX_BYTES) {
      throw new IllegalArgumentException("a value of " + value.length + " bytes");
    }
    bytes.write(value.length >>> 8);
    bytes.write(value.length);
    bytes.writeBytes(value);
    return this;
  }

  /**
   * Adds the UTF-16 code units of a text, 2 bytes each: a stranger's name may hold half a surrogate
   * pair, which an encoder loses.
   *
   * @param value the text
   * @return this
   * @throws IllegalArgumentException if it is longer than {@link #MAX_BYTES}
   */
  public Transcript add(String value) {
    byte[] units = new byte[2 * value.length()];
    for (int i = 0; i < value.length(); i++) {
      units[2 * i] = (byte) (value.charAt(i) >>> 8);
      units[2 * i + 1] = (byte) value.charAt(i);
    }
    return add(units);
  }

  /**
   * Returns all so far.
   *
   * @return a copy
   */
  public byte[] bytes() {
    return bytes.toByteArray();
  }
}
