// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.bench;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Pages that are open, each in a browser of its own, as far as the node can tell: a stream of
 * events, and what the page asks when it is told of something, as long after it as the page asks.
 * Browsers themselves would need more of a processor than the node. Of ten pages eight stand at the
 * timeline, one at the devices, one at what was searched, which asks nothing by itself.
 */
final class OpenPages implements AutoCloseable {
  private static final int KINDS = 10;
  private static final int TIMELINES = 8;

  /** As long as the page waits before it asks what is new, a millisecond more for each visit. */
  private static final long SOON_MILLIS = 700;

  private static final long LATE_MILLIS = 5_000;

  /** As long as the page of devices waits when the state has changed. */
  private static final long STATE_MILLIS = 400;

  /** After so long it asks again for what is not counted yet. */
  private static final long COUNTED_MILLIS = 3_000;

  private static final int LOOK_MILLIS = 20;

  private static final Pattern COME =
      Pattern.compile("data: .*\"come\":(\\d+).*\"position\":(\\d+).*");

  private final Answers answers;
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final List<Stream<String>> streams = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicLong events = new AtomicLong();
  private final AtomicInteger unseen = new AtomicInteger();
  private final AtomicBoolean open = new AtomicBoolean(true);

  OpenPages(HttpClient client, PageNode.Visitor visitor, Answers answers, int count)
      throws IOException, InterruptedException {
    this.answers = answers;
    for (int i = 0; i < count; i++) {
      Stream<String> stream =
          client.send(visitor.asks("events"), HttpResponse.BodyHandlers.ofLines()).body();
      streams.add(stream);
      Page page = page(i % KINDS);
      Thread thread = new Thread(() -> follow(stream.iterator(), page), "page-" + i);
      thread.setDaemon(true);
      thread.start();
      threads.add(thread);
    }
  }

  private Page page(int kind) {
    if (kind < TIMELINES) {
      return new Timeline();
    }
    return kind == TIMELINES ? new Devices() : line -> {};
  }

  /** What a page does with a line of the stream. */
  private interface Page {
    void hears(String line);
  }

  private void follow(Iterator<String> lines, Page page) {
    try {
      while (lines.hasNext()) {
        String line = lines.next();
        if (line.startsWith("event:")) {
          events.incrementAndGet();
        }
        page.hears(line);
      }
    } catch (RuntimeException e) {
      if (open.get()) {
        throw e;
      }
    }
  }

  private final class Timeline implements Page {
    private final AtomicBoolean waits = new AtomicBoolean();
    private final AtomicBoolean counts = new AtomicBoolean();
    private final AtomicLong told = new AtomicLong();

    @Override
    public void hears(String line) {
      Matcher come = COME.matcher(line);
      if (come.matches()) {
        told.set(Long.parseLong(come.group(2)));
        if (waits.compareAndSet(false, true)) {
          unseen.incrementAndGet();
          long wait = Math.min(LATE_MILLIS, SOON_MILLIS + Long.parseLong(come.group(1)));
          later(wait + ThreadLocalRandom.current().nextLong(wait / 2), this::refresh);
        }
      }
    }

    private void refresh(long dueNanos) {
      waits.set(false);
      answers
          .ask("timeline", "timeline?limit=200&position=" + told.get(), dueNanos)
          .thenRun(unseen::decrementAndGet);
      days(dueNanos);
    }

    private void days(long dueNanos) {
      answers
          .ask("days", thisMonth(), dueNanos)
          .thenAccept(
              said -> {
                if (isUncounted(said) && counts.compareAndSet(false, true)) {
                  later(COUNTED_MILLIS, this::countedAgain);
                }
              });
    }

    private void countedAgain(long dueNanos) {
      counts.set(false);
      days(dueNanos);
    }
  }

  private final class Devices implements Page {
    private final AtomicBoolean waits = new AtomicBoolean();

    @Override
    public void hears(String line) {
      if (line.equals("event: status") && waits.compareAndSet(false, true)) {
        later(STATE_MILLIS, this::refresh);
      }
    }

    private void refresh(long dueNanos) {
      waits.set(false);
      answers
          .ask("devices", "devices", dueNanos)
          .thenAccept(
              said -> {
                if (isUncounted(said) && waits.compareAndSet(false, true)) {
                  later(COUNTED_MILLIS, this::refresh);
                }
              });
      answers.ask("pause", "pause", dueNanos);
    }
  }

  static String thisMonth() {
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    return "days?from=" + today.withDayOfMonth(1) + "&to=" + today + "&zone=UTC";
  }

  private static boolean isUncounted(String said) {
    return said.contains("\"current\":false");
  }

  /** What is asked when it is due. */
  private interface Asking {
    void at(long dueNanos);
  }

  private void later(long millis, Asking asking) {
    if (!open.get()) {
      return;
    }
    long dueNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    clock.schedule(() -> asking.at(dueNanos), millis, TimeUnit.MILLISECONDS);
  }

  /** Waits until all timelines show what has come. */
  void awaitShown() throws InterruptedException {
    while (unseen.get() > 0) {
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
  }

  long events() {
    return events.get();
  }

  @Override
  public void close() {
    open.set(false);
    clock.shutdownNow();
    streams.forEach(Stream::close);
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
