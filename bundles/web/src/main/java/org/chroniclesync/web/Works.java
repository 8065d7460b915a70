// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Work that takes long. It goes on when the page that began it is left. Safe for any thread. */
final class Works implements AutoCloseable {
  static final int MAX_RUNNING = 4;
  private static final int MAX_KEPT = 32;
  private static final Logger LOG = LoggerFactory.getLogger(Works.class);

  private final ExecutorService threads;
  private final Deque<Work> all = new ArrayDeque<>();
  private final AtomicLong numbers = new AtomicLong();

  /** Where a work stands. */
  enum State {
    RUNNING,
    DONE,
    FAILED,
    CANCELLED
  }

  /** What came of a work: a sentence for a person, and what a program wants to know. */
  record Result(String sentence, @Nullable ObjectNode json) {}

  /** How far a work is; what is not known is 0. */
  record Progress(String sentence, long done, long total, long visits) {}

  /** Is told how far a work is. */
  interface Listener {
    void progress(Progress progress);
  }

  /** What is done. */
  interface Task {
    Result run(Listener progress) throws Exception;
  }

  /** A work, which others look at while it runs. */
  static final class Work {
    private final String id;
    private final String kind;
    private final Instant startedAt = Instant.now();
    private volatile State state = State.RUNNING;
    private volatile Progress progress;
    private volatile @Nullable Instant endedAt;
    private volatile @Nullable ObjectNode result;
    private volatile @Nullable Future<?> running;

    private Work(String id, String kind, String sentence) {
      this.id = id;
      this.kind = kind;
      this.progress = new Progress(sentence, 0, 0, 0);
    }

    private void end(State how, String sentence, @Nullable ObjectNode what) {
      Progress last = progress;
      result = what;
      progress = new Progress(sentence, last.done(), last.total(), last.visits());
      endedAt = Instant.now();
      state = how;
    }

    boolean isRunning() {
      return state == State.RUNNING;
    }

    ObjectNode json() {
      Progress now = progress;
      Instant ended = endedAt;
      ObjectNode node =
          Json.object()
              .put("id", id)
              .put("kind", kind)
              .put("state", state.name().toLowerCase(Locale.ROOT))
              .put("startedAt", startedAt.toString())
              .put("endedAt", ended == null ? null : ended.toString())
              .put("sentence", now.sentence())
              .put("done", now.done())
              .put("total", now.total())
              .put("visits", now.visits());
      node.set("result", result);
      return node;
    }
  }

  Works(ThreadFactory factory) {
    threads = Executors.newCachedThreadPool(factory);
  }

  /** Begins a work, if there are not too many. */
  Work begin(String kind, String sentence, Task task) {
    Work work = new Work(Long.toString(numbers.incrementAndGet()), kind, sentence);
    synchronized (all) {
      if (all.stream().filter(Work::isRunning).count() >= MAX_RUNNING) {
        throw Problem.tooMany(
                Code.TOO_MANY_WORKS,
                "%d works are under way.".formatted(MAX_RUNNING),
                "Wait until one has ended.",
                5)
            .with("n", MAX_RUNNING);
      }
      all.addFirst(work);
      Iterator<Work> oldest = all.descendingIterator();
      for (int more = all.size() - MAX_KEPT; more > 0 && oldest.hasNext(); ) {
        if (!oldest.next().isRunning()) {
          oldest.remove();
          more--;
        }
      }
    }
    try {
      work.running = threads.submit(() -> run(work, task));
    } catch (RejectedExecutionException e) {
      work.end(State.FAILED, "The node is stopping.", null);
    }
    return work;
  }

  private static void run(Work work, Task task) {
    try {
      Result result = task.run(progress -> work.progress = progress);
      work.end(State.DONE, result.sentence(), result.json());
    } catch (InterruptedException e) {
      work.end(State.CANCELLED, "It was ended. What was done until then stays.", null);
    } catch (Exception | Error e) { // costs this work, and nothing else
      if (Thread.currentThread().isInterrupted()) {
        work.end(State.CANCELLED, "It was ended. What was done until then stays.", null);
      } else {
        LOG.debug("a work failed", e);
        work.end(State.FAILED, Problem.sentence(e), null);
      }
    }
  }

  Work get(String id) {
    synchronized (all) {
      return all.stream()
          .filter(work -> work.id.equals(id))
          .findFirst()
          .orElseThrow(
              () ->
                  Problem.unknown(
                      Code.WORK_GONE, "There is no such work any more.", "Load the list again."));
    }
  }

  List<Work> all() {
    synchronized (all) {
      return new ArrayList<>(all);
    }
  }

  ObjectNode json() {
    ObjectNode root = Json.object();
    ArrayNode array = root.putArray("work");
    all().forEach(work -> array.add(work.json()));
    return root;
  }

  static void cancel(Work work) {
    Future<?> running = work.running;
    if (running != null) {
      running.cancel(true);
    }
  }

  /** Ends all. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
