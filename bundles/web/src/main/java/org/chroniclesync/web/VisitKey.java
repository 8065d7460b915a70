// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.charset.Charset;
import java.util.Base64;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryId;

/**
 * Names a visit in an address. It holds the time, by which a store finds a visit without looking at
 * all of them.
 *
 * @param timeMillis when it was, milliseconds since 1970
 * @param id which
 */
record VisitKey(double timeMillis, EntryId id) {
  private static final int MAX_CHARS = 1_024;
  private static final int HEX = 16;
  private static final int PARTS = 3;
  private static final String WIDE = "~";

  static VisitKey of(Entry entry) {
    return new VisitKey(entry.visitTimeMillis(), entry.id());
  }

  /** Reads what {@link #toString} wrote. */
  static VisitKey parse(String text) {
    try {
      String[] parts = text.length() > MAX_CHARS ? new String[0] : text.split("\\.", PARTS + 1);
      if (parts.length == PARTS) {
        double time = Double.longBitsToDouble(Long.parseUnsignedLong(parts[0], HEX));
        if (Double.isFinite(time)) {
          return new VisitKey(
              time, new EntryId(new DeviceId(decoded(parts[1])), decoded(parts[2])));
        }
      }
    } catch (IllegalArgumentException e) {
      throw unreadable();
    }
    throw unreadable();
  }

  private static Problem unreadable() {
    return Problem.wrong(
        Code.REQUEST, "This names no visit.", "Take the id of a visit as it was given.");
  }

  private static String decoded(String text) {
    boolean wide = text.startsWith(WIDE);
    byte[] bytes = Base64.getUrlDecoder().decode(wide ? text.substring(1) : text);
    return new String(bytes, wide ? UTF_16BE : UTF_8);
  }

  /** Half a surrogate pair has no UTF-8. */
  private static String encoded(String text) {
    boolean narrow = UTF_8.newEncoder().canEncode(text);
    Charset charset = narrow ? UTF_8 : UTF_16BE;
    String encoded = Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(charset));
    return narrow ? encoded : WIDE + encoded;
  }

  @Override
  public String toString() {
    return String.join(
        ".",
        Long.toHexString(Double.doubleToRawLongBits(timeMillis)),
        encoded(id.device().value()),
        encoded(id.visitId()));
  }
}
