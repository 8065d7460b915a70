// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.felix;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/**
 * Finds what is left of digests that need no key: whoever guesses a text could see by them that it
 * was there. Of each text the first eight bytes of its digests are looked for, so that longer ones
 * are found, too: as they are, in either order of bytes, as SQLite's variable integer, and in the
 * digits of hexadecimal, base 64, base 32 and base 36.
 */
final class DigestTraces {
  private static final List<Charset> CHARSETS =
      List.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16BE, StandardCharsets.UTF_16LE);
  private static final List<String> DIGESTS = List.of("SHA-256", "SHA-1", "MD5");

  private static final Digits HEX = new Digits("0123456789abcdef", 4);
  private static final Digits BASE64 =
      new Digits("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 6);
  private static final Digits BASE64_URL =
      new Digits("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", 6);
  private static final Digits BASE32 = new Digits("abcdefghijklmnopqrstuvwxyz234567", 5);

  private static final int BASE36_DIGITS = 12;

  /** What each digest is of. */
  private final Map<Long, String> known = new HashMap<>();

  /**
   * The last digits of a number in base 36, whose first ones may be apart from them in an index.
   */
  private final Map<String, String> base36 = new HashMap<>();

  /** Adds a text, as it is and in small letters. */
  void add(String text) {
    for (String form : new TreeSet<>(List.of(text, text.toLowerCase(Locale.ROOT)))) {
      for (Charset charset : CHARSETS) {
        for (String name : DIGESTS) {
          learn(digest(name, form.getBytes(charset)), name + " of " + text);
        }
      }
    }
  }

  private void learn(byte[] digest, String of) {
    long start = ByteBuffer.wrap(digest).getLong();
    known.put(start, of);
    known.put(Long.reverseBytes(start), of);
    String digits = Long.toUnsignedString(start, Character.MAX_RADIX);
    if (digits.length() >= BASE36_DIGITS) {
      base36.put(digits.substring(digits.length() - BASE36_DIGITS), of);
    }
  }

  static byte[] digest(String name, byte[] bytes) {
    try {
      return MessageDigest.getInstance(name).digest(bytes);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns what a content holds a digest of, or null. */
  String in(byte[] content) {
    Window window = new Window(content);
    for (int at = 0; at < content.length; at++) {
      String found = window.at(at);
      if (found != null) {
        return found + " at " + at;
      }
    }
    return null;
  }

  private final class Window {
    private final byte[] content;

    Window(byte[] content) {
      this.content = content;
    }

    private String at(int at) {
      String raw = at + Long.BYTES <= content.length ? known.get(raw(at)) : null;
      if (raw != null) {
        return raw;
      }
      String number = isVariable(at) ? known.get(variable(at)) : null;
      if (number != null) {
        return number;
      }
      for (Digits digits : List.of(HEX, BASE64, BASE64_URL, BASE32)) {
        Long read = digits.read(content, at);
        if (read != null && known.containsKey(read)) {
          return known.get(read);
        }
      }
      return at + BASE36_DIGITS <= content.length && isDigit(content[at])
          ? base36.get(
              new String(content, at, BASE36_DIGITS, StandardCharsets.ISO_8859_1)
                  .toLowerCase(Locale.ROOT))
          : null;
    }

    private boolean isDigit(byte one) {
      return Character.digit((char) (one & 0x7f), Character.MAX_RADIX) >= 0;
    }

    private long raw(int at) {
      long value = 0;
      for (int i = 0; i < Long.BYTES; i++) {
        value = value << 8 | (content[at + i] & 0xff);
      }
      return value;
    }

    /** Nine bytes, of which the first eight go on; the key of a row is written so. */
    private boolean isVariable(int at) {
      if (at + 9 > content.length) {
        return false;
      }
      for (int i = 0; i < 8; i++) {
        if (content[at + i] >= 0) {
          return false;
        }
      }
      return true;
    }

    private long variable(int at) {
      long value = 0;
      for (int i = 0; i < 8; i++) {
        value = value << 7 | (content[at + i] & 0x7f);
      }
      return value << 8 | (content[at + 8] & 0xff);
    }
  }

  /** A way to write bytes as text, by digits of so many bits. Case counts where it has both. */
  private static final class Digits {
    private final int[] values = new int[256];
    private final int bits;
    private final int count;

    Digits(String alphabet, int bits) {
      this.bits = bits;
      count = (Long.SIZE + bits - 1) / bits;
      Arrays.fill(values, -1);
      boolean bothCases = alphabet.contains("A") && alphabet.contains("a");
      for (int i = 0; i < alphabet.length(); i++) {
        values[alphabet.charAt(i)] = i;
        if (!bothCases) {
          values[Character.toUpperCase(alphabet.charAt(i))] = i;
        }
      }
    }

    /** Returns the first eight bytes that are written there, or null. */
    Long read(byte[] content, int at) {
      if (at + count > content.length) {
        return null;
      }
      long value = 0;
      for (int i = 0; i < count - 1; i++) {
        int digit = values[content[at + i] & 0xff];
        if (digit < 0) {
          return null;
        }
        value = value << bits | digit;
      }
      int last = values[content[at + count - 1] & 0xff];
      int spare = count * bits - Long.SIZE;
      return last < 0 ? null : value << (bits - spare) | (last >> spare);
    }
  }

  /** How a digest may be written, for a test of this. */
  static Map<String, byte[]> written(byte[] digest) {
    Map<String, byte[]> forms = new HashMap<>();
    byte[] start = Arrays.copyOf(digest, Long.BYTES);
    long number = ByteBuffer.wrap(start).getLong();
    forms.put("raw", start);
    forms.put("the other order", ByteBuffer.allocate(8).putLong(Long.reverseBytes(number)).array());
    forms.put("hexadecimal", text("%016x".formatted(number)));
    forms.put("HEXADECIMAL", text("%016X".formatted(number)));
    forms.put("base 64", java.util.Base64.getEncoder().encode(digest));
    forms.put("base 64 of URLs", java.util.Base64.getUrlEncoder().encode(digest));
    forms.put("base 32", text(base32(digest)));
    forms.put("base 36", text(Long.toUnsignedString(number, Character.MAX_RADIX)));
    forms.put("a variable integer", variable(number));
    return forms;
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String base32(byte[] digest) {
    BigInteger number = new BigInteger(1, digest).shiftLeft(5);
    StringBuilder text = new StringBuilder();
    for (int from = digest.length * 8; from >= 5; from -= 5) {
      text.append(
          "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".charAt(number.shiftRight(from).intValue() & 31));
    }
    return text.toString();
  }

  private static byte[] variable(long number) {
    byte[] bytes = new byte[9];
    bytes[8] = (byte) number;
    long rest = number >>> 8;
    for (int i = 7; i >= 0; i--) {
      bytes[i] = (byte) ((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    return bytes;
  }
}
