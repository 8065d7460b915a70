// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.files;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads the members of a tar archive, as POSIX and GNU write them. For one thread. */
final class Tar {
  private static final int BLOCK_BYTES = 512;
  private static final int NAME_BYTES = 100;
  private static final int SIZE_AT = 124;
  private static final int SIZE_BYTES = 12;
  private static final int TYPE_AT = 156;
  private static final int PREFIX_AT = 345;
  private static final int PREFIX_BYTES = 155;
  private static final int MAX_HEADER_BYTES = 1 << 16;
  private static final int BITS_A_BYTE = 8;
  private static final int OCTAL = 8;

  private final InputStream in;
  private long left;
  private long padding;

  Tar(InputStream in) {
    this.in = in;
  }

  /**
   * Goes to the next file.
   *
   * @return its name, or null at the end
   */
  @Nullable String next() throws IOException {
    String longName = null;
    while (true) {
      in.skipNBytes(left + padding);
      byte[] header = in.readNBytes(BLOCK_BYTES);
      if (header.length < BLOCK_BYTES || isEmpty(header)) {
        left = 0;
        padding = 0;
        return null;
      }
      left = size(header);
      padding = (BLOCK_BYTES - left % BLOCK_BYTES) % BLOCK_BYTES;
      switch (header[TYPE_AT]) {
        case 'L' -> longName = text(header());
        case 'x' -> longName = path(header(), longName);
        case 0, '0', '7' -> {
          return longName == null ? name(header) : longName;
        }
        default -> longName = null;
      }
    }
  }

  /** Returns the content of the file that it went to. */
  InputStream content() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        if (left == 0) {
          return -1;
        }
        int count = in.read(bytes, offset, (int) Math.min(length, left));
        if (count < 0) {
          throw new EOFException("The archive ends in the middle of a file");
        }
        left -= count;
        return count;
      }
    };
  }

  private byte[] header() throws IOException {
    if (left > MAX_HEADER_BYTES) {
      throw new IOException("The archive is damaged: a name of " + left + " bytes");
    }
    byte[] bytes = in.readNBytes((int) left);
    left = 0;
    return bytes;
  }

  private static @Nullable String path(byte[] header, @Nullable String before) {
    for (String line : new String(header, StandardCharsets.UTF_8).split("\n")) {
      int at = line.indexOf(" path=");
      if (at > 0) {
        return line.substring(at + " path=".length());
      }
    }
    return before;
  }

  private static String name(byte[] header) {
    String prefix = text(header, PREFIX_AT, PREFIX_BYTES);
    String name = text(header, 0, NAME_BYTES);
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  private static long size(byte[] header) throws IOException {
    long size = 0;
    if ((header[SIZE_AT] & 0x80) != 0) {
      for (int i = SIZE_AT + SIZE_BYTES - Long.BYTES; i < SIZE_AT + SIZE_BYTES; i++) {
        size = (size << BITS_A_BYTE) | (header[i] & 0xff);
      }
    } else {
      String octal = text(header, SIZE_AT, SIZE_BYTES).strip();
      try {
        size = octal.isEmpty() ? 0 : Long.parseLong(octal, OCTAL);
      } catch (NumberFormatException e) {
        throw new IOException("The archive is damaged: the size of a file is no number", e);
      }
    }
    if (size < 0) {
      throw new IOException("The archive is damaged: a file of negative size");
    }
    return size;
  }

  private static boolean isEmpty(byte[] block) {
    for (byte one : block) {
      if (one != 0) {
        return false;
      }
    }
    return true;
  }

  private static String text(byte[] bytes) {
    return text(bytes, 0, bytes.length);
  }

  private static String text(byte[] bytes, int at, int length) {
    int end = at;
    while (end < at + length && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, at, end - at, StandardCharsets.UTF_8);
  }
}
