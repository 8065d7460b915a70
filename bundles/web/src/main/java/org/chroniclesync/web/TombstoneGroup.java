// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.Change;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.History;
import org.jspecify.annotations.Nullable;

/**
 * What was deleted, on whichever device: of a visit only when that was, and which device had
 * recorded it. What was deleted at one time is told as one.
 */
final class TombstoneGroup implements Routes.Group {
  /** How many changes are looked at for one answer, so that it comes soon. */
  static final int MAX_LOOKED = 20_000;

  private static final double SECOND = 1_000;

  private final Services services;

  TombstoneGroup(Services services) {
    this.services = services;
  }

  /** What of one device was deleted within one second. */
  private record Gone(Device device, long second) {}

  /**
   * A stretch of the change feed.
   *
   * @param visits how many of each, the newest change first
   * @param before where the stretch before it ends, or 0 if there is none
   */
  private record Stretch(List<Map.Entry<Gone, Integer>> visits, long before) {}

  @Override
  public void addTo(Routes routes) {
    routes.get(Routes.PREFIX + "/tombstones", this::tombstones);
  }

  private void tombstones(Exchange exchange)
      throws IOException, StorageException, InterruptedException {
    String device = exchange.text("device");
    long upTo = place(exchange.text("cursor"));
    History history = services.readable();
    Stretch stretch =
        services.longReads().read(() -> history.borrow(store -> read(store, device, upTo)));
    ObjectNode root = Json.object();
    ArrayNode deleted = root.putArray("deleted");
    Shapes shapes = new Shapes(services);
    stretch
        .visits()
        .forEach(
            one ->
                deleted
                    .addObject()
                    .put("at", Moment.text(one.getKey().second() * SECOND))
                    .put("visits", one.getValue())
                    .set("device", shapes.device(one.getKey().device())));
    root.put("older", stretch.before() == 0 ? null : Long.toString(stretch.before()));
    exchange.json(root);
  }

  private static long place(@Nullable String cursor) {
    try {
      long place = cursor == null ? Long.MAX_VALUE : Long.parseLong(cursor);
      if (place > 0) {
        return place;
      }
    } catch (NumberFormatException e) {
      // Refused below, as one that is not positive.
    }
    throw Problem.wrong(
        Code.REQUEST, "This is no cursor of what was deleted.", "Take one as it was given.");
  }

  private static Stretch read(HistoryStore store, @Nullable String device, long cursor)
      throws StorageException {
    long upTo = Math.min(cursor, store.state().head());
    if (store.state().tombstones() == 0) {
      return new Stretch(List.of(), 0);
    }
    long after = Math.max(0, upTo - MAX_LOOKED);
    Map<Gone, Integer> counts = new HashMap<>();
    Deque<Gone> newestFirst = new ArrayDeque<>();
    try (Cursor<Change> changes = store.changes(after)) {
      for (Change change = changes.next();
          change != null && change.position() <= upTo;
          change = changes.next()) {
        Entry entry = change.entry();
        if (entry.deleted() && isOf(device, entry.device().id())) {
          Gone gone = new Gone(entry.device(), entry.lastModifiedMillis() / (long) SECOND);
          if (counts.merge(gone, 1, Integer::sum) == 1) {
            newestFirst.addFirst(gone);
          }
        }
      }
    }
    return new Stretch(
        newestFirst.stream()
            .sorted((one, other) -> Long.compare(other.second(), one.second()))
            .map(gone -> Map.entry(gone, counts.get(gone)))
            .toList(),
        after);
  }

  private static boolean isOf(@Nullable String wanted, DeviceId device) {
    return wanted == null || wanted.equals(device.value());
  }
}
