// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.store;

import java.util.Map;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.StorageException;
import org.jspecify.annotations.Nullable;

/**
 * The names of what the engine notes in a store beside the entries. A mark whose name begins with
 * {@value #OWN} is about the store's own feed, and means nothing in another store.
 */
public final class StoreMarks {
  /** How the name of a mark begins that is not copied to another store. */
  private static final String OWN = "own/";

  private static final String DEVICE = "device/";
  private static final String FEEDS = "feeds/";
  private static final String CLIENTS_HEARD = "clients/heard/";
  private static final String CLIENTS_SERVED = OWN + "clients/served/";

  private StoreMarks() {}

  /** How far the feeds of a peer are held; see {@link FeedMarks}. */
  static String feeds(PeerId peer) {
    return FEEDS + peer.value();
  }

  /** Up to which position a feed is held; not set any more, but stores have it. */
  public static String held(FeedId feed) {
    return "feed/" + feed.value();
  }

  /**
   * When the feed's store was last found to have the same as this one, in milliseconds; not set any
   * more, but stores have it.
   */
  public static String compared(FeedId feed) {
    return "compared/" + feed.value();
  }

  /** The newest version that came from some clients of version 1; see {@link ClientMarks}. */
  static String clientsHeard(int place) {
    return CLIENTS_HEARD + place;
  }

  /** How far some clients of version 1 were served; see {@link ClientMarks}. */
  static String clientsServed(int place) {
    return CLIENTS_SERVED + place;
  }

  /**
   * The newest version that came from a client of version 1, in milliseconds; not set any more, but
   * stores have it.
   */
  static String heard(PeerId client) {
    return "heard/" + client.value();
  }

  /**
   * How far a client of version 1 was served: a feed, a blank, a position; not set any more, but
   * stores have it.
   */
  static String served(PeerId client) {
    return OWN + "served/" + client.value();
  }

  /** What is known of a device that has proved itself. */
  public static String device(PeerId peer) {
    return DEVICE + peer.value();
  }

  /** Returns whose device a mark is about, or null if it is about something else. */
  public static @Nullable PeerId device(String name) {
    return name.startsWith(DEVICE) ? new PeerId(name.substring(DEVICE.length())) : null;
  }

  /** Up to which position a store was filled from another one. */
  static String copied(FeedId from) {
    return "copied/" + from.value();
  }

  /** Up to where a store has nothing that did not come from another one. */
  static String brought(FeedId from) {
    return OWN + "brought/" + from.value();
  }

  static boolean isOwn(String name) {
    return name.startsWith(OWN);
  }

  /** Returns what a store should note that has one mark, if any, and is offered another. */
  static String joined(String name, @Nullable String held, String offered) {
    if (held == null) {
      return offered;
    }
    if (name.startsWith(FEEDS)) {
      return FeedMarks.joined(held, offered);
    }
    if (name.startsWith(CLIENTS_HEARD)) {
      return ClientMarks.joined(held, offered);
    }
    boolean older =
        isNumber(held) && isNumber(offered) && Long.parseLong(offered) < Long.parseLong(held);
    return older ? held : offered;
  }

  private static boolean isNumber(String value) {
    return value.matches("\\d{1,18}");
  }

  /** Returns the number, or 0 if the mark was never set. */
  public static long number(HistoryStore store, String name) throws StorageException {
    String value = store.mark(name);
    return value == null || !isNumber(value) ? 0 : Long.parseLong(value);
  }

  /** A number as a mark. */
  public static Map<String, String> of(String name, long number) {
    return Map.of(name, Long.toString(number));
  }
}
