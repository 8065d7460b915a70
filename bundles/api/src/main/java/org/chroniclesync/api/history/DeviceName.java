// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.history;

import java.util.Comparator;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What a person calls a device. Two notes that change apart from each other: the node that the
 * device belongs to tells computer and profile, and a person on any node gives a name. Of each the
 * later one stands, so that all nodes come to the same whatever the order in which they hear.
 *
 * @param device the device
 * @param computer the name of the computer that it is on; empty if that is not known
 * @param profile the name of the browser's profile, as the browser shows it; empty if it has none
 * @param toldAtMillis when computer and profile were told, milliseconds since 1970; 0 for never
 * @param name what a person called the device; empty if nobody has
 * @param namedAtMillis when a person did, milliseconds since 1970; 0 for never
 */
@ProviderType
public record DeviceName(
    DeviceId device,
    String computer,
    String profile,
    long toldAtMillis,
    String name,
    long namedAtMillis) {
  /** How long each of the three names may be, in characters. */
  public static final int MAX_CHARS = 100;

  /** How far a time may be ahead of the clock of whoever looks, in milliseconds. */
  public static final long MAX_AHEAD_MILLIS = 86_400_000;

  private static final Comparator<DeviceName> TOLD =
      Comparator.comparingLong(DeviceName::toldAtMillis)
          .thenComparing(DeviceName::computer)
          .thenComparing(DeviceName::profile);

  private static final Comparator<DeviceName> NAMED =
      Comparator.comparingLong(DeviceName::namedAtMillis).thenComparing(DeviceName::name);

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if a text is too long or holds a control character, or a time
   *     is before 1970
   */
  public DeviceName {
    text("computer", computer);
    text("profile", profile);
    text("name", name);
    if (toldAtMillis < 0 || namedAtMillis < 0) {
      throw new IllegalArgumentException("a device was named before 1970");
    }
  }

  private static void text(String what, String value) {
    Bounds.text(what, value, MAX_CHARS);
    if (value.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(what + " holds a control character");
    }
  }

  /**
   * Returns a device of which nothing is known.
   *
   * @param device the device
   * @return the device without names
   */
  public static DeviceName unknown(DeviceId device) {
    return new DeviceName(device, "", "", 0, "", 0);
  }

  /**
   * Returns the later of both notes of this and another. A time that is more than {@link
   * #MAX_AHEAD_MILLIS} ahead is that of a wrong clock and counts as never.
   *
   * @param other what somebody else knows of the same device
   * @param nowMillis the time now, milliseconds since 1970
   * @return what stands
   */
  public DeviceName with(DeviceName other, long nowMillis) {
    DeviceName one = this.until(nowMillis);
    DeviceName two = other.until(nowMillis);
    DeviceName told = TOLD.compare(one, two) >= 0 ? one : two;
    DeviceName named = NAMED.compare(one, two) >= 0 ? one : two;
    return new DeviceName(
        device, told.computer, told.profile, told.toldAtMillis, named.name, named.namedAtMillis);
  }

  private DeviceName until(long nowMillis) {
    boolean toldAhead = toldAtMillis - MAX_AHEAD_MILLIS > nowMillis;
    boolean namedAhead = namedAtMillis - MAX_AHEAD_MILLIS > nowMillis;
    return new DeviceName(
        device,
        toldAhead ? "" : computer,
        toldAhead ? "" : profile,
        toldAhead ? 0 : toldAtMillis,
        namedAhead ? "" : name,
        namedAhead ? 0 : namedAtMillis);
  }
}
