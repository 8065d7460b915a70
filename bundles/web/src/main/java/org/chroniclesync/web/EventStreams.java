// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.api.sync.Node;
import org.chroniclesync.api.sync.NodeStatus;
import org.chroniclesync.support.status.Labels;
import org.chroniclesync.support.status.json.DeletionJson;
import org.chroniclesync.support.status.json.StatusJson;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the pages that are open what changes. Looks twice a second, as long as any is: one look
 * serves all of them, whatever parts of the node come and go. Safe for any thread.
 */
final class EventStreams implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EventStreams.class);
  private static final long LOOK_MILLIS = 500;

  /** Looks between two remarks, by which a browser sees that the node is there. */
  private static final int LOOKS_A_REMARK = 30;

  private final Services services;
  private final Works works;
  private final int most;
  private final ScheduledExecutorService clock;
  private final Set<EventStream> streams = ConcurrentHashMap.newKeySet();

  // Only the clock's thread looks at these.
  private @Nullable StoreState lastStore;
  private final Pace pace = new Pace();
  private int looks;

  EventStreams(Services services, Works works, int most, ThreadFactory factory) {
    this.services = services;
    this.works = works;
    this.most = most;
    clock = Executors.newSingleThreadScheduledExecutor(factory);
    clock.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Adds a page that is open. */
  void add(EventStream stream) {
    if (streams.size() >= most) {
      throw Problem.tooMany(
              Code.TOO_MANY_PAGES,
              "%,d pages are told of changes already.".formatted(most),
              "Close some, or ask for the state from time to time.",
              10)
          .with("n", most);
    }
    streams.add(stream);
  }

  void remove(EventStream stream) {
    streams.remove(stream);
  }

  int size() {
    return streams.size();
  }

  private void look() {
    if (streams.isEmpty()) {
      lastStore = null;
      pace.forget();
      return;
    }
    try {
      // Whoever is shut out hears no more.
      streams.stream().filter(stream -> !stream.isIn()).forEach(EventStream::end);
      pace.next();
      tell();
      looks++;
      if (looks % LOOKS_A_REMARK == 0) {
        streams.forEach(EventStream::remark);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) { // the next look may succeed
      LOG.debug("the pages could not be told what changes", e);
    }
  }

  private void tell() throws InterruptedException {
    Node node = services.nodeOrNull();
    if (node == null) {
      ObjectNode gone = Json.object();
      gone.putObject("summary").put("level", "trouble").put("sentence", "The node is not running");
      offer("status", gone);
      return;
    }
    NodeStatus status = node.status();
    Labels labels = Labels.of(services.namesOrNull(), status);
    offer("status", StatusJson.of(status, labels));
    tellVisits(status.store());
    works.all().forEach(work -> offer("work:" + work.json().path("id").asText(), work.json()));
    if (services.historyOrNull() != null && status.store() != null) {
      services
          .readable()
          .deletions()
          .all()
          .forEach(one -> offer("deletion:" + one.number(), DeletionJson.of(one, labels)));
    }
  }

  private void tellVisits(@Nullable StoreState now) {
    StoreState before = lastStore;
    if (now == null || before == null) {
      lastStore = now;
      return;
    }
    if (now.head() == before.head() || !pace.saysVisits()) {
      return;
    }
    lastStore = now;
    boolean same = sameFeed(before.feed(), now.feed());
    long come = same ? Math.max(0, now.entries() - before.entries()) : 0;
    long deleted = same ? Math.max(0, now.tombstones() - before.tombstones()) : 0;
    streams.forEach(stream -> stream.visits(come, deleted, now.entries(), now.head()));
  }

  private static boolean sameFeed(FeedId one, FeedId other) {
    return one.equals(other);
  }

  /** A page is told what it does not know yet; the newest, if it is slow. */
  private void offer(String topic, ObjectNode json) {
    EventStream.Event event = pace.of(EventStream.Event.of(topic, Json.bytes(json)));
    streams.forEach(stream -> stream.offer(event));
  }

  @Override
  public void close() {
    clock.shutdownNow();
    streams.forEach(EventStream::end);
    streams.clear();
  }
}
