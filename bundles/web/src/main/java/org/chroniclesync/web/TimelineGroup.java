// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.api.sync.History;
import org.jspecify.annotations.Nullable;

/** The visits in the order of time. */
final class TimelineGroup implements Routes.Group {
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 500;
  private static final String OLDER = "o";
  private static final String NEWER = "n";

  private final Services services;
  private final SharedAnswers<Timeline> answers = new SharedAnswers<>();

  TimelineGroup(Services services) {
    this.services = services;
  }

  @Override
  public void addTo(Routes routes) {
    routes.get(Routes.PREFIX + "/timeline", this::timeline);
  }

  private void timeline(Exchange exchange)
      throws IOException, StorageException, InterruptedException {
    Timeline timeline = timeline(exchange, exchange.text("cursor"));
    History history = services.readable();
    exchange.jsonText(
        answers.answer(
            timeline,
            exchange.position("position"),
            history,
            state -> Json.bytes(answer(timeline, history, state))));
  }

  private ObjectNode answer(Timeline timeline, History history, StoreState state)
      throws StorageException, InterruptedException {
    Timeline.Found found =
        timeline.filter().isNarrow()
            ? services
                .longReads()
                .read(LongReads.Length.BOUNDED, () -> history.borrow(timeline::read))
            : history.borrow(timeline::read);
    ObjectNode root = Json.object();
    ArrayNode visits = root.putArray("visits");
    Shapes shapes = new Shapes(services);
    found.visits().forEach(entry -> visits.add(shapes.visit(entry)));
    VisitKey end = found.end();
    root.put("older", older(timeline, found));
    root.put("newer", newer(timeline, found));
    root.put("lookedTo", end == null ? null : Moment.text(end.timeMillis()));
    root.put("position", state.head());
    return root;
  }

  private static @Nullable String older(Timeline timeline, Timeline.Found found) {
    if (!timeline.newer()) {
      return found.end() == null ? null : OLDER + found.end();
    }
    return beyond(OLDER, timeline.place(), found.visits(), found.visits().size() - 1);
  }

  private static @Nullable String newer(Timeline timeline, Timeline.Found found) {
    if (timeline.newer()) {
      // Also at the end: what is visited from now on is found there.
      VisitKey end = found.end();
      return end != null ? NEWER + end : beyond(NEWER, timeline.place(), found.visits(), 0);
    }
    return beyond(NEWER, timeline.place(), found.visits(), 0);
  }

  /** From the outermost visit that is shown; if there is none, from where it began. */
  private static @Nullable String beyond(
      String direction, @Nullable VisitKey place, List<Entry> visits, int outermost) {
    if (!visits.isEmpty()) {
      return direction + VisitKey.of(visits.get(outermost));
    }
    return place == null ? null : direction + place;
  }

  private static Timeline timeline(Exchange exchange, @Nullable String cursor) {
    Instant after = exchange.instant("after");
    Instant before = exchange.instant("before");
    double from = after == null ? -Double.MAX_VALUE : Moment.millis(after);
    double until = before == null ? Double.MAX_VALUE : Moment.millis(before);
    int limit = exchange.number("limit", DEFAULT_LIMIT, 1, MAX_LIMIT);
    VisitFilter filter =
        new VisitFilter(
            exchange.text("device"),
            exchange.text("browser"),
            exchange.text("host"),
            exchange.text("kind"));
    if (cursor == null) {
      return new Timeline(from, until, null, false, limit, filter);
    }
    if (!cursor.startsWith(OLDER) && !cursor.startsWith(NEWER)) {
      throw Problem.wrong(
          Code.REQUEST, "This is no cursor of the timeline.", "Take one as it was given.");
    }
    VisitKey place = VisitKey.parse(cursor.substring(1));
    return new Timeline(from, until, place, cursor.startsWith(NEWER), limit, filter);
  }
}
