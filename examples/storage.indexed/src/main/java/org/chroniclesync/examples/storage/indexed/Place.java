// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.examples.storage.indexed;

import java.util.HexFormat;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryId;
import org.chroniclesync.api.storage.Bound;

/**
 * Places in the order of all visits as keys: strings that compare, by UTF-16 code unit, as the
 * places do. First the visit time in hexadecimal digits, then the ids, which hold no zero
 * character.
 */
final class Place {
  private static final HexFormat HEX = HexFormat.of();
  private static final int TIME_DIGITS = 16;

  /** Times with these digits in common, a quarter of an hour in our days, have one sum. */
  private static final int LEAF_DIGITS = 8;

  private Place() {}

  static String of(EntryId id) {
    return id.device().value() + '\0' + id.visitId();
  }

  static String of(Entry entry) {
    return of(entry.visitTimeMillis()) + of(entry.id());
  }

  static String of(Bound bound) {
    EntryId id = bound.id();
    return of(bound.visitTimeMillis()) + (id == null ? "" : of(id));
  }

  /** Before all visits of a time. */
  static String of(double millis) {
    // Makes a negative zero zero.
    long bits = Double.doubleToLongBits(millis + 0.0);
    // As unsigned numbers, positive times come after negative ones, and those the other way round.
    return HEX.toHexDigits(bits < 0 ? ~bits : bits ^ Long.MIN_VALUE);
  }

  static Bound bound(String place) {
    long digits = HexFormat.fromHexDigitsToLong(place, 0, TIME_DIGITS);
    double millis = Double.longBitsToDouble(digits < 0 ? digits ^ Long.MIN_VALUE : ~digits);
    int end = place.indexOf('\0');
    DeviceId device = new DeviceId(place.substring(TIME_DIGITS, end));
    return new Bound(millis, new EntryId(device, place.substring(end + 1)));
  }

  static String leaf(String place) {
    return place.substring(0, LEAF_DIGITS);
  }
}
