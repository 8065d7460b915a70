// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryId;
import org.chroniclesync.api.history.Visibility;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.Selection;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.Window;
import org.chroniclesync.api.sync.History;
import org.jspecify.annotations.Nullable;

/** One visit: where from, where to, and how often its page was visited. */
final class VisitGroup implements Routes.Group {
  private static final int MAX_WAY = 20;
  private static final int MAX_LED_TO = 50;

  /** A page is seldom open for longer, and what led to a visit is seldom further away. */
  private static final double WAY_MILLIS = 12 * 3_600_000.0;

  private static final int MAX_WAY_LOOKED = 2_000;

  private final Services services;

  VisitGroup(Services services) {
    this.services = services;
  }

  @Override
  public void addTo(Routes routes) {
    routes.get(Routes.PREFIX + "/visits/{id}", this::visit);
  }

  private void visit(Exchange exchange) throws IOException, StorageException, InterruptedException {
    VisitKey key = VisitKey.parse(exchange.variable("id"));
    ZoneId zone = exchange.zone();
    Shapes shapes = new Shapes(services);
    History history = services.readable();
    Optional<ObjectNode> found =
        services
            .longReads()
            .read(
                LongReads.Length.BOUNDED,
                () -> history.borrow(store -> detail(store, key, zone, shapes)));
    exchange.json(
        found.orElseThrow(
            () ->
                Problem.unknown(
                    Code.VISIT_GONE,
                    "This visit is not in the history any more.",
                    "Load the timeline again.")));
  }

  private static Optional<ObjectNode> detail(
      HistoryStore store, VisitKey key, ZoneId zone, Shapes shapes) throws StorageException {
    Entry visit = find(store, key);
    if (visit == null) {
      return Optional.empty();
    }
    ObjectNode root = Json.object();
    root.set("visit", shapes.visit(visit));
    ArrayNode from = root.putArray("from");
    from(store, visit).forEach(one -> from.add(shapes.visit(one)));
    ArrayNode to = root.putArray("to");
    to(store, visit).forEach(one -> to.add(shapes.visit(one)));
    Page page = page(store, visit, zone);
    root.set("page", page.json(shapes));
    root.put("complete", page.complete);
    return Optional.of(root);
  }

  private static @Nullable Entry find(HistoryStore store, VisitKey key) throws StorageException {
    Window moment =
        new Window(key.timeMillis(), Math.nextUp(key.timeMillis()), Window.Order.OLDEST_FIRST);
    try (Cursor<Entry> cursor = store.read(moment)) {
      Entry entry = cursor.next();
      while (entry != null && !entry.id().equals(key.id())) {
        entry = cursor.next();
      }
      return entry;
    }
  }

  /** The visits before it, each of which names the one before. */
  private static List<Entry> from(HistoryStore store, Entry visit) throws StorageException {
    List<Entry> way = new ArrayList<>();
    EntryId sought = referrer(visit);
    double time = visit.visitTimeMillis();
    Window before = new Window(time - WAY_MILLIS, Math.nextUp(time), Window.Order.NEWEST_FIRST);
    try (Cursor<Entry> cursor = store.read(before)) {
      Entry entry = cursor.next();
      for (int looked = 0; entry != null && sought != null && looked < MAX_WAY_LOOKED; looked++) {
        if (entry.id().equals(sought)) {
          way.add(entry);
          sought = way.size() < MAX_WAY ? referrer(entry) : null;
        }
        entry = cursor.next();
      }
    }
    return way;
  }

  private static @Nullable EntryId referrer(Entry visit) {
    String id = visit.referringVisitId();
    return id.isEmpty() || id.equals("0") ? null : new EntryId(visit.device().id(), id);
  }

  private static List<Entry> to(HistoryStore store, Entry visit) throws StorageException {
    List<Entry> led = new ArrayList<>();
    double time = visit.visitTimeMillis();
    Window after = new Window(time, time + WAY_MILLIS, Window.Order.OLDEST_FIRST);
    try (Cursor<Entry> cursor = store.read(after)) {
      Entry entry = cursor.next();
      for (int looked = 0; entry != null && looked < MAX_WAY_LOOKED; looked++) {
        if (visit.id().equals(referrer(entry)) && Visibility.isShown(entry)) {
          led.add(entry);
        }
        entry = led.size() < MAX_LED_TO ? cursor.next() : null;
      }
    }
    return led;
  }

  /** The visits to one page, counted. */
  private static final class Page {
    private final Map<LocalDate, Integer> days = new TreeMap<>(Collections.reverseOrder());
    private final Map<String, Integer> counts = new TreeMap<>();
    private final Map<String, Device> devices = new TreeMap<>();
    private int visits;
    private double first = Double.POSITIVE_INFINITY;
    private double last = Double.NEGATIVE_INFINITY;
    private boolean complete = true;

    void add(Entry entry, ZoneId zone) {
      visits++;
      first = Math.min(first, entry.visitTimeMillis());
      last = Math.max(last, entry.visitTimeMillis());
      days.merge(LocalDate.ofInstant(Moment.of(entry.visitTimeMillis()), zone), 1, Integer::sum);
      String device = entry.device().id().value();
      counts.merge(device, 1, Integer::sum);
      devices.putIfAbsent(device, entry.device());
    }

    ObjectNode json(Shapes shapes) {
      ObjectNode root =
          Json.object()
              .put("visits", visits)
              .put("first", Moment.text(first))
              .put("last", Moment.text(last));
      ArrayNode array = root.putArray("days");
      days.forEach(
          (day, count) -> array.addObject().put("day", day.toString()).put("visits", count));
      ArrayNode on = root.putArray("devices");
      devices.forEach(
          (id, device) ->
              on.addObject()
                  .put("visits", counts.getOrDefault(id, 0))
                  .set("device", shapes.device(device)));
      return root;
    }
  }

  private static Page page(HistoryStore store, Entry visit, ZoneId zone) throws StorageException {
    Page page = new Page();
    boolean found = false;
    Entry entry;
    try (Cursor<Entry> cursor = store.select(Selection.ALL.ofPage(visit.url()))) {
      entry = cursor.next();
      for (int read = 0; entry != null && read < Timeline.MAX_LOOKED; read++) {
        if (entry.url().equals(visit.url()) && Visibility.isShown(entry)) {
          page.add(entry, zone);
          found |= entry.id().equals(visit.id());
        }
        entry = cursor.next();
      }
    }
    page.complete = entry == null;
    if (!found) {
      page.add(visit, zone);
    }
    return page;
  }
}
