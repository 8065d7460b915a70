// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.api.sync.PartReporter;
import org.chroniclesync.core.base.EventLoop;
import org.chroniclesync.core.base.Settings;
import org.chroniclesync.core.base.Workers;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How all parts do: those that the node is bound to, which it asks for each status, and those that
 * others report, whom it asks from time to time on a thread of its own. Safe for any thread.
 */
final class Health {
  private static final Logger LOG = LoggerFactory.getLogger(Health.class);

  /** How long a reporter may take. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final OwnParts own;
  private final Settings settings;
  private final StartGrace grace;
  private final Runnable changed;
  private final BooleanSupplier stopping;
  private final EventLoop loop;
  private final ExecutorService workers = Workers.named("chroniclesync-health-worker");
  private final Map<Object, Reporter> reporters = new ConcurrentHashMap<>();

  private volatile List<Part> reported = List.of();

  private final AtomicBoolean soon = new AtomicBoolean();

  /** What was last said in the log. For the loop. */
  private final Map<Key, Part.State> said = new HashMap<>();

  private record Key(String kind, String name) {
    static Key of(Part part) {
      return new Key(part.kind(), part.name());
    }
  }

  /**
   * Makes it.
   *
   * @param grace until when nothing is said to be missing
   * @param changed called after each look that found something new
   * @param stopping tells whether all bundles are being stopped, so that none of them is missed
   */
  Health(
      OwnParts own,
      Settings settings,
      StartGrace grace,
      Runnable changed,
      BooleanSupplier stopping) {
    this.own = own;
    this.loop = new EventLoop("chroniclesync-health", own.context().failures());
    this.settings = settings;
    this.grace = grace;
    this.changed = changed;
    this.stopping = stopping;
  }

  void start() {
    loop.post(this::look);
    loop.every(settings.healthPeriod(), this::look);
  }

  /** Adds a reporter, known by that key. It is asked for on a thread that it may keep. */
  void add(Object key, String name, Supplier<? extends @Nullable PartReporter> reporter) {
    reporters.put(key, new Reporter(name, reporter, this::lookSoon));
    loop.post(this::look);
  }

  void remove(Object key) {
    reporters.remove(key);
    loop.post(this::look);
  }

  /** Once, however often it is asked for until then: a reporter may ask in a loop. */
  private void lookSoon() {
    if (soon.compareAndSet(false, true)) {
      loop.post(
          () -> {
            soon.set(false);
            look();
          });
    }
  }

  void close(Duration patience) throws InterruptedException {
    workers.shutdownNow();
    loop.close(patience);
  }

  /** Returns how all parts are now. */
  OwnParts.Condition condition() {
    OwnParts.Condition bound = own.condition();
    Map<Key, Part> parts = new LinkedHashMap<>();
    for (Part part : bound.parts()) {
      parts.merge(Key.of(part), inGrace(part), Health::worse);
    }
    for (Part part : reported) {
      parts.merge(Key.of(part), part, Health::worse);
    }
    return new OwnParts.Condition(List.copyOf(parts.values()), bound.heldUp());
  }

  private Part inGrace(Part part) {
    return grace.lasts() && part.state() instanceof Part.Missing
        ? new Part(part.kind(), part.name(), new Part.Starting())
        : part;
  }

  /** Of two that are as bad, the one that was reported knows more of the cause. */
  private static Part worse(Part known, Part reported) {
    return badness(reported.state()) >= badness(known.state()) ? reported : known;
  }

  /** A part that failed tells more than that it is missing. */
  private static int badness(Part.State state) {
    if (state instanceof Part.Failed) {
      return 4;
    }
    if (state instanceof Part.Missing) {
      return 3;
    }
    if (state instanceof Part.Degraded) {
      return 2;
    }
    return state instanceof Part.Starting ? 1 : 0;
  }

  // --- On the loop ------------------------------------------------------------------------------

  private void look() {
    if (stopping.getAsBoolean()) {
      return;
    }
    try {
      own.look();
      reported = ask();
      List<Part> parts = condition().parts();
      if (!stopping.getAsBoolean()) {
        log(parts);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RejectedExecutionException e) {
      LOG.debug("the node has stopped");
    }
  }

  private List<Part> ask() throws InterruptedException {
    List<Reporter> all = List.copyOf(reporters.values());
    all.forEach(reporter -> reporter.ask(workers));
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    List<Part> answers = new ArrayList<>();
    for (Reporter reporter : all) {
      answers.addAll(reporter.answer(deadline, grace.lasts()));
    }
    return answers;
  }

  /** A line for each change. */
  private void log(List<Part> parts) {
    Map<Key, Part.State> before = Map.copyOf(said);
    said.clear();
    for (Part part : parts) {
      Key key = Key.of(part);
      Part.State last = before.get(key);
      // What starts is as it was, until it is known.
      Part.State now = part.state() instanceof Part.Starting && last != null ? last : part.state();
      said.put(key, now);
      if (now instanceof Part.Trouble trouble) {
        boolean news = last == null || !last.getClass().equals(now.getClass());
        if (news) {
          LOG.warn("{}{}: {} {}", name(key), how(trouble), trouble.cause(), trouble.remedy());
        }
      } else if (last instanceof Part.Trouble) {
        LOG.info("Well again: {}", name(key));
      }
    }
    before.keySet().stream()
        .filter(key -> before.get(key) instanceof Part.Trouble && !said.containsKey(key))
        .forEach(key -> LOG.info("No longer a concern: {}", name(key)));
    if (!before.equals(said)) {
      changed.run();
    }
  }

  private static String how(Part.Trouble trouble) {
    return trouble instanceof Part.Degraded
        ? " works less well"
        : trouble instanceof Part.Missing ? " is missing" : " does not work";
  }

  private static String name(Key key) {
    return key.name().isEmpty() ? key.kind() : key.kind() + " " + key.name();
  }
}
