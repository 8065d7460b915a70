// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.history;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One version of a visit in 16 bytes. Versions that {@link Precedence} tells apart have different
 * digests, equal ones the same.
 *
 * <p>It is the first 16 bytes of the SHA-256 of all fields, in this order:
 *
 * <ol>
 *   <li>one byte, the version of this encoding: {@value #VERSION}
 *   <li>the texts device id, platform, user agent, browser name, browser version, visit id, URL and
 *       title
 *   <li>the visit time, a double
 *   <li>the texts referring visit id and transition
 *   <li>the time of the last modification, a signed integer of 8 bytes
 *   <li>one byte, 1 for a tombstone, else 0
 *   <li>one byte, 0 without a page summary, else 1, then its text and when it was made, a double
 *   <li>the text of the unknown members, empty if there are none
 * </ol>
 *
 * <p>All numbers are big-endian. A text is the number of its bytes, in 4 bytes, then its UTF-8,
 * where half a surrogate pair is written as the three bytes that its number would have. A double is
 * the 8 bytes of its IEEE 754 form: a negative zero is not zero, here as in {@link Precedence}.
 *
 * @param high the first 8 bytes, big-endian
 * @param low the last 8 bytes, big-endian
 */
@ProviderType
public record EntryDigest(long high, long low) {
  /** The first byte of what is digested. */
  public static final int VERSION = 1;

  /**
   * Digests an entry.
   *
   * @param entry the entry
   * @return its digest
   */
  public static EntryDigest of(Entry entry) {
    ByteBuffer digest = ByteBuffer.wrap(sha256(new Encoding(entry).bytes()));
    return new EntryDigest(digest.getLong(), digest.getLong());
  }

  /** The first 4 bytes of the SHA-256 of the texts device id and visit id. */
  static int start(EntryId id) {
    return ByteBuffer.wrap(sha256(new Encoding(id).bytes())).getInt();
  }

  private static byte[] sha256(ByteBuffer bytes) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(bytes);
      return sha256.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static final class Encoding {
    /** All that has a fixed length, with some to spare. */
    private static final int FIXED_BYTES = 128;

    private static final int MOST_BYTES_A_CHAR = 3;

    private final byte[] bytes;
    private int end;

    Encoding(Entry entry) {
      bytes = new byte[FIXED_BYTES + MOST_BYTES_A_CHAR * chars(entry)];
      bytes[end++] = VERSION;
      device(entry.device());
      text(entry.visitId());
      text(entry.url());
      text(entry.title());
      number(entry.visitTimeMillis());
      text(entry.referringVisitId());
      text(entry.transition());
      number(entry.lastModifiedMillis());
      bytes[end++] = (byte) (entry.deleted() ? 1 : 0);
      PageSummary page = entry.page();
      bytes[end++] = (byte) (page == null ? 0 : 1);
      if (page != null) {
        text(page.summary());
        number(page.extractedAtMillis());
      }
      text(entry.unknown().json());
    }

    Encoding(EntryId id) {
      bytes =
          new byte
              [FIXED_BYTES
                  + MOST_BYTES_A_CHAR * (id.device().value().length() + id.visitId().length())];
      text(id.device().value());
      text(id.visitId());
    }

    ByteBuffer bytes() {
      return ByteBuffer.wrap(bytes, 0, end);
    }

    private static int chars(Entry entry) {
      Device device = entry.device();
      PageSummary page = entry.page();
      return device.id().value().length()
          + device.platform().length()
          + device.userAgent().length()
          + device.browserName().length()
          + device.browserVersion().length()
          + entry.visitId().length()
          + entry.url().length()
          + entry.title().length()
          + entry.referringVisitId().length()
          + entry.transition().length()
          + (page == null ? 0 : page.summary().length())
          + entry.unknown().json().length();
    }

    private void device(Device device) {
      text(device.id().value());
      text(device.platform());
      text(device.userAgent());
      text(device.browserName());
      text(device.browserVersion());
    }

    private void number(double value) {
      number(Double.doubleToLongBits(value));
    }

    private void number(long value) {
      ByteBuffer.wrap(bytes).putLong(end, value);
      end += Long.BYTES;
    }

    private void text(String text) {
      int lengthAt = end;
      end += Integer.BYTES;
      int at = 0;
      while (at < text.length() && text.charAt(at) < 0x80) {
        bytes[end++] = (byte) text.charAt(at++);
      }
      while (at < text.length()) {
        int character = text.codePointAt(at);
        at += Character.charCount(character);
        character(character);
      }
      ByteBuffer.wrap(bytes).putInt(lengthAt, end - lengthAt - Integer.BYTES);
    }

    private void character(int character) {
      if (character < 0x80) {
        bytes[end++] = (byte) character;
      } else if (character < 0x800) {
        bytes[end++] = (byte) (0xC0 | character >> 6);
        following(character, 0);
      } else if (character < 0x10000) {
        bytes[end++] = (byte) (0xE0 | character >> 12);
        following(character, 6);
        following(character, 0);
      } else {
        bytes[end++] = (byte) (0xF0 | character >> 18);
        following(character, 12);
        following(character, 6);
        following(character, 0);
      }
    }

    private void following(int character, int bit) {
      bytes[end++] = (byte) (0x80 | (character >> bit & 0x3F));
    }
  }
}
