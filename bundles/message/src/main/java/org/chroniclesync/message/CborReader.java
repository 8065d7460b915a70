// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.message;

import java.nio.ByteBuffer;
import org.chroniclesync.api.message.MalformedMessageException;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link CborWriter} writes, and refuses all else. No item is read that is not there.
 */
final class CborReader {
  private final byte[] bytes;
  private final ByteBuffer numbers;
  private final int end;
  private int position;

  CborReader(byte[] bytes, int from, int end) {
    this.bytes = bytes;
    this.numbers = ByteBuffer.wrap(bytes);
    this.position = from;
    this.end = end;
  }

  void requireEnd() throws MalformedMessageException {
    if (position != end) {
      throw new MalformedMessageException((end - position) + " bytes follow the message", null);
    }
  }

  boolean isInteger() throws MalformedMessageException {
    return major() <= Cbor.NEGATIVE;
  }

  boolean isReal() throws MalformedMessageException {
    return initial() == Cbor.DOUBLE;
  }

  boolean isArray() throws MalformedMessageException {
    return major() == Cbor.ARRAY;
  }

  /** Passes over a null if there is one. */
  boolean nothing() throws MalformedMessageException {
    boolean nothing = initial() == Cbor.NULL;
    if (nothing) {
      position++;
    }
    return nothing;
  }

  long integer() throws MalformedMessageException {
    int major = major();
    if (major > Cbor.NEGATIVE) {
      throw unexpected("a number");
    }
    long value = argument();
    return major == Cbor.UNSIGNED ? value : ~value;
  }

  int integer(int limit) throws MalformedMessageException {
    long value = integer();
    if (value < 0 || value >= limit) {
      throw new MalformedMessageException(
          value + " where less than " + limit + " is expected", null);
    }
    return (int) value;
  }

  double real() throws MalformedMessageException {
    if (!isReal()) {
      throw unexpected("a 64-bit float");
    }
    position++;
    require(Double.BYTES);
    double value = numbers.getDouble(position);
    position += Double.BYTES;
    return value;
  }

  /** Begins an array. Each item has a byte at least, so the size is one that can be there. */
  int array() throws MalformedMessageException {
    if (!isArray()) {
      throw unexpected("an array");
    }
    return length();
  }

  void array(int size) throws MalformedMessageException {
    int found = array();
    if (found != size) {
      throw new MalformedMessageException(
          "an array of " + found + " where " + size + " are expected", null);
    }
  }

  /** Reads a text, which comes as bytes of UTF-16 if it has no UTF-8. */
  String text() throws MalformedMessageException {
    int major = major();
    if (major != Cbor.TEXT && major != Cbor.BYTES) {
      throw unexpected("a text");
    }
    int length = length();
    int from = position;
    position += length;
    return major == Cbor.TEXT
        ? Text.ofUtf8(bytes, from, length)
        : Text.ofUtf16(bytes, from, length);
  }

  @Nullable String textOrNothing() throws MalformedMessageException {
    return nothing() ? null : text();
  }

  /** Reads a byte string of whole and half digests. */
  long[] halves() throws MalformedMessageException {
    if (major() != Cbor.BYTES) {
      throw unexpected("bytes");
    }
    int length = length();
    if (length % (2 * Long.BYTES) != 0) {
      throw new MalformedMessageException(
          length + " bytes where digests of 16 bytes are expected", null);
    }
    long[] halves = new long[length / Long.BYTES];
    numbers.position(position).limit(end);
    numbers.slice().asLongBuffer().get(halves);
    numbers.clear();
    position += length;
    return halves;
  }

  private int initial() throws MalformedMessageException {
    require(1);
    return bytes[position] & 0xff;
  }

  private int major() throws MalformedMessageException {
    return initial() >>> Cbor.MAJOR_SHIFT;
  }

  private int length() throws MalformedMessageException {
    long length = argument();
    if (length > end - position) {
      throw new MalformedMessageException("a length of " + length + " beyond the end", null);
    }
    return (int) length;
  }

  private long argument() throws MalformedMessageException {
    int info = bytes[position++] & Cbor.INFO_MASK;
    if (info < Cbor.ONE_BYTE) {
      return info;
    }
    int count = 1 << (info - Cbor.ONE_BYTE);
    if (info > Cbor.EIGHT_BYTES) {
      throw new MalformedMessageException("a length that is not given", null);
    }
    require(count);
    long value =
        switch (info) {
          case Cbor.ONE_BYTE -> bytes[position] & 0xffL;
          case Cbor.TWO_BYTES -> numbers.getShort(position) & 0xffffL;
          case Cbor.FOUR_BYTES -> numbers.getInt(position) & 0xffff_ffffL;
          default -> numbers.getLong(position);
        };
    position += count;
    if (value < 0) {
      throw new MalformedMessageException("a number beyond 64 bits", null);
    }
    return value;
  }

  private void require(int count) throws MalformedMessageException {
    if (count > end - position) {
      throw new MalformedMessageException("it ends too early", null);
    }
  }

  private static MalformedMessageException unexpected(String due) {
    return new MalformedMessageException("something else where " + due + " is expected", null);
  }
}
