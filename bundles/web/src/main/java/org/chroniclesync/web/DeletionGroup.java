// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.chroniclesync.api.history.Bounds;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.api.storage.Selection;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.Deletion;
import org.chroniclesync.api.sync.DeletionWork;
import org.chroniclesync.api.sync.Deletions;
import org.chroniclesync.api.sync.Preview;
import org.chroniclesync.support.status.Labels;
import org.chroniclesync.support.status.json.DeletionJson;
import org.jspecify.annotations.Nullable;

/** Taking visits out of the history, and bringing them back. */
final class DeletionGroup implements Routes.Group {
  /** Who deletes more says how many, so that nobody deletes everything by one click. */
  static final long MAX_UNCOUNTED = 10_000;

  /** One visit is deleted by then; of more the answer is how far it is. */
  private static final Duration PATIENCE = Duration.ofMillis(300);

  private static final String[] SELECTION = {
    "visit", "page", "host", "below", "device", "from", "until", "search", "zone"
  };
  private static final String[] REQUEST = {
    "visit",
    "page",
    "host",
    "below",
    "device",
    "from",
    "until",
    "search",
    "zone",
    "undoable",
    "visits"
  };

  private final Services services;

  DeletionGroup(Services services) {
    this.services = services;
  }

  @Override
  public void addTo(Routes routes) {
    routes
        .post(Routes.PREFIX + "/deletions/preview", this::preview)
        .post(Routes.PREFIX + "/deletions", this::delete)
        .get(Routes.PREFIX + "/deletions", exchange -> exchange.json(all()))
        .post(Routes.PREFIX + "/deletions/{number}/undo", this::undo);
  }

  private void preview(Exchange exchange)
      throws IOException, StorageException, InterruptedException {
    Selection selection = selection(Body.of(exchange.body(), SELECTION), exchange);
    Preview preview = counted(selection);
    ObjectNode root =
        Json.object()
            .put("visits", preview.visits())
            .put("pages", preview.pages())
            .put("hosts", preview.hosts());
    root.set("devices", new Shapes(services).devices(preview.devices()));
    exchange.json(root);
  }

  private void delete(Exchange exchange)
      throws IOException, StorageException, InterruptedException {
    Body body = Body.of(exchange.body(), REQUEST);
    Selection selection = selection(body, exchange);
    requireCounted(selection, body.number("visits", -1, 0, Long.MAX_VALUE));
    answer(exchange, deletions().delete(selection, body.flag("undoable", true)));
  }

  /**
   * What is deleted by one click is looked at first: others may have visits that one does not see.
   */
  private void requireCounted(Selection selection, long counted)
      throws StorageException, InterruptedException {
    if (selection.visit() != null || selection.page() != null) {
      return;
    }
    long visits = counted(selection).visits();
    if (visits > MAX_UNCOUNTED && counted != visits) {
      throw Problem.conflict(
              Code.NOT_CONFIRMED,
              "This deletes %,d visits, and their number was not confirmed.".formatted(visits),
              "Show the number, and send it as visits.")
          .with("visits", visits);
    }
  }

  private Preview counted(Selection selection) throws StorageException, InterruptedException {
    Deletions deletions = deletions();
    return services.longReads().read(() -> deletions.preview(selection));
  }

  private void undo(Exchange exchange) throws IOException, InterruptedException {
    String number = exchange.variable("number");
    if (!number.matches("\\d{1,18}")) {
      throw Problem.wrong(
          Code.DELETION_GONE, "This is no number of a deletion.", "Take one of the list.");
    }
    answer(exchange, deletions().undo(Long.parseLong(number)));
  }

  private void answer(Exchange exchange, DeletionWork work)
      throws IOException, InterruptedException {
    work.await(PATIENCE);
    Deletion now = work.now();
    if (now.state() == Deletion.State.FAILED) {
      String why = now.problem();
      throw Problem.conflict(
          Code.DELETION_REFUSED,
          why == null ? "It ended before it was through." : why,
          "Look at the list of deletions.");
    }
    exchange.json(HttpServletResponse.SC_ACCEPTED, DeletionJson.of(now, labels()));
  }

  ObjectNode all() throws InterruptedException {
    ObjectNode root = Json.object();
    ArrayNode array = root.putArray("deletions");
    Labels labels = labels();
    deletions().all().forEach(one -> array.add(DeletionJson.of(one, labels)));
    return root;
  }

  private Labels labels() throws InterruptedException {
    return Labels.of(services.namesOrNull(), services.node().status());
  }

  private Deletions deletions() {
    return services.readable().deletions();
  }

  private Selection selection(Body body, Exchange exchange) throws InterruptedException {
    try {
      Selection selection = selection(body);
      String search = body.text("search", Search.MAX_TEXT_CHARS);
      if (search != null && !search.isBlank()) {
        selection =
            selection.found(
                labels()
                    .asked(
                        new Search(search, 1, java.time.ZonedDateTime.now(exchange.zone()), null)));
      }
      if (selection.isAll()) {
        throw Problem.wrong(
            Code.REQUEST,
            "Nothing says which visits.",
            "Give visit, page, host, device, from, until or search.");
      }
      return selection;
    } catch (IllegalArgumentException e) {
      throw Problem.wrong(Code.SELECTION_REFUSED, e);
    }
  }

  private static Selection selection(Body body) {
    Selection selection = Selection.ALL;
    String visit = body.text("visit", 1_024);
    if (visit != null) {
      VisitKey key = VisitKey.parse(visit);
      selection =
          selection.ofVisit(key.id()).between(key.timeMillis(), Math.nextUp(key.timeMillis()));
    }
    String page = body.text("page", Bounds.MAX_URL_CHARS);
    if (page != null) {
      selection = selection.ofPage(page);
    }
    String host = body.text("host", Bounds.MAX_URL_CHARS);
    if (host != null) {
      selection = selection.ofHost(host, body.flag("below", false));
    }
    String device = body.text("device", Bounds.MAX_ID_CHARS);
    if (device != null) {
      selection = selection.ofDevice(new DeviceId(device));
    }
    return between(selection, body.instant("from"), body.instant("until"));
  }

  private static Selection between(
      Selection selection, @Nullable Instant from, @Nullable Instant until) {
    if (from == null && until == null) {
      return selection;
    }
    return selection.between(
        from == null ? selection.fromMillis() : Moment.millis(from),
        until == null ? selection.untilMillis() : Moment.millis(until));
  }
}
