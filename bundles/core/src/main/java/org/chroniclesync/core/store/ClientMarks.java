// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.store;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.message.FeedPosition;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.StorageException;
import org.jspecify.annotations.Nullable;

/**
 * What is noted of clients of version 1, which have no key and may call themselves something else
 * each time. A mark for each name would take the room of all marks, so there is a fixed number of
 * marks, each for a few clients whose names have the same hash. Where one more has no room, the one
 * goes that was noted in the fewest sessions, and of these the oldest: a name that is used once
 * never drives out a device that comes back. Whoever was driven out gets everything once more.
 */
public final class ClientMarks {
  /** How many marks there are of each kind. */
  static final int MARKS = 32;

  /** As many lines as fit into a mark, whatever the names are. */
  private static final int MOST = 3;

  private static final int MAX_SESSIONS = 9;
  private static final String SEPARATOR = "\t";

  private ClientMarks() {}

  /**
   * One line of a mark.
   *
   * @param sessions in how many sessions something was noted
   * @param number a time, or a position in the feed
   * @param feed empty for a time
   */
  private record Noted(int sessions, long number, String feed, String client) {
    static Noted of(String line) {
      String[] words = line.split(SEPARATOR, 4);
      return new Noted(Integer.parseInt(words[0]), Long.parseLong(words[1]), words[2], words[3]);
    }

    @Override
    public String toString() {
      return String.join(SEPARATOR, "" + sessions, "" + number, feed, client);
    }
  }

  /** Returns the newest version that came from a client, in milliseconds; 0 for none. */
  public static long heard(HistoryStore store, PeerId client) throws StorageException {
    Noted noted = noted(store, StoreMarks.clientsHeard(place(client)), client);
    return noted == null ? StoreMarks.number(store, StoreMarks.heard(client)) : noted.number();
  }

  /**
   * Returns the mark with another time.
   *
   * @param first whether it is the first of a session
   */
  public static Map<String, String> heard(
      HistoryStore store, PeerId client, long millis, boolean first) throws StorageException {
    return with(store, StoreMarks.clientsHeard(place(client)), client, millis, "", first);
  }

  /** Returns how far a client was served, or null if that was never noted. */
  public static @Nullable FeedPosition served(HistoryStore store, PeerId client)
      throws StorageException {
    Noted noted = noted(store, StoreMarks.clientsServed(place(client)), client);
    if (noted != null) {
      return new FeedPosition(new FeedId(noted.feed()), noted.number());
    }
    String mark = store.mark(StoreMarks.served(client));
    return mark == null ? null : position(mark);
  }

  private static FeedPosition position(String mark) {
    int blank = mark.lastIndexOf(' ');
    return new FeedPosition(
        new FeedId(mark.substring(0, blank)), Long.parseLong(mark.substring(blank + 1)));
  }

  /**
   * Returns the mark with another position.
   *
   * @param first whether it is the first of a session
   */
  public static Map<String, String> served(
      HistoryStore store, PeerId client, FeedPosition position, boolean first)
      throws StorageException {
    String name = StoreMarks.clientsServed(place(client));
    return with(store, name, client, position.after(), position.feed().value(), first);
  }

  private static Map<String, String> with(
      HistoryStore store, String name, PeerId client, long number, String feed, boolean first)
      throws StorageException {
    Noted before = noted(store, name, client);
    int sessions = (before == null ? 0 : before.sessions()) + (first || before == null ? 1 : 0);
    List<Noted> all = new ArrayList<>(all(store.mark(name)));
    all.removeIf(other -> other.client().equals(client.value()));
    if (all.size() >= MOST) {
      all.remove(least(all));
    }
    all.add(new Noted(Math.min(sessions, MAX_SESSIONS), number, feed, client.value()));
    return Map.of(name, value(all));
  }

  /** Of those that came as often, the first in the list, which was noted before the others. */
  private static Noted least(List<Noted> all) {
    return all.stream().min(Comparator.comparingInt(Noted::sessions)).orElseThrow();
  }

  /** Joins the times of two stores: of each client the later one counts. */
  static String joined(String held, String offered) {
    List<Noted> all = new ArrayList<>(all(held));
    for (Noted noted : all(offered)) {
      Noted same =
          all.stream()
              .filter(other -> other.client().equals(noted.client()))
              .findFirst()
              .orElse(noted);
      all.remove(same);
      all.add(
          new Noted(
              Math.max(noted.sessions(), same.sessions()),
              Math.max(noted.number(), same.number()),
              noted.feed(),
              noted.client()));
    }
    while (all.size() > MOST) {
      all.remove(least(all));
    }
    return value(all);
  }

  private static int place(PeerId client) {
    return Math.floorMod(client.value().hashCode(), MARKS);
  }

  private static @Nullable Noted noted(HistoryStore store, String name, PeerId client)
      throws StorageException {
    return all(store.mark(name)).stream()
        .filter(noted -> noted.client().equals(client.value()))
        .findFirst()
        .orElse(null);
  }

  private static List<Noted> all(@Nullable String mark) {
    return mark == null ? List.of() : mark.lines().map(Noted::of).toList();
  }

  private static String value(List<Noted> all) {
    return all.stream().map(Noted::toString).collect(Collectors.joining("\n"));
  }
}
