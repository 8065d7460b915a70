// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.bench;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
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
 * Timelines that are open, each in a browser of its own, as far as the node can tell: a stream of
 * events, and the questions that the page asks when visits have come. Beside them somebody goes
 * from page to page. Browsers themselves would need more of a processor than the node.
 */
final class OpenPages implements AutoCloseable {
  /** As long as the page waits before it asks what is new, a millisecond more for each visit. */
  private static final long SOON_MILLIS = 700;

  private static final long LATE_MILLIS = 5_000;
  private static final Pattern COME =
      Pattern.compile("data: .*\"come\":(\\d+).*\"position\":(\\d+).*");

  private static final int SOMEBODY_MILLIS = 20;

  private final HttpClient client = HttpClient.newHttpClient();
  private final PageNode.Visitor visitor;
  private final ScheduledExecutorService pages;
  private final List<Stream<String>> streams = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final Map<String, Collection<Double>> times = new ConcurrentSkipListMap<>();
  private final AtomicLong events = new AtomicLong();
  private final AtomicInteger due = new AtomicInteger();
  private final AtomicBoolean open = new AtomicBoolean(true);

  OpenPages(PageNode node, int count) throws IOException, InterruptedException {
    visitor = node.visitor(client);
    pages = Executors.newScheduledThreadPool(count);
    for (int i = 0; i < count; i++) {
      Stream<String> stream =
          client.send(visitor.asks("events"), HttpResponse.BodyHandlers.ofLines()).body();
      streams.add(stream);
      begin("page-" + i, () -> follow(stream.iterator()));
    }
    begin("somebody", this::lookAround);
  }

  private void begin(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    threads.add(thread);
  }

  private void follow(Iterator<String> lines) {
    AtomicBoolean waits = new AtomicBoolean();
    AtomicLong told = new AtomicLong();
    try {
      while (lines.hasNext()) {
        String line = lines.next();
        if (line.startsWith("event:")) {
          events.incrementAndGet();
        }
        Matcher come = COME.matcher(line);
        if (!come.matches()) {
          continue;
        }
        told.set(Long.parseLong(come.group(2)));
        if (waits.compareAndSet(false, true)) {
          long wait = Math.min(LATE_MILLIS, SOON_MILLIS + Long.parseLong(come.group(1)));
          long some = ThreadLocalRandom.current().nextLong(wait / 2);
          due.incrementAndGet();
          pages.schedule(() -> refresh(waits, told), wait + some, TimeUnit.MILLISECONDS);
        }
      }
    } catch (RuntimeException e) {
      if (open.get()) {
        throw e;
      }
    }
  }

  private void refresh(AtomicBoolean waits, AtomicLong told) {
    waits.set(false);
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    LocalDate first = today.withDayOfMonth(1);
    ask("timeline", "timeline?limit=200&position=" + told.get());
    ask("days", "days?from=" + first + "&to=" + today + "&zone=UTC");
    due.decrementAndGet();
  }

  /** Waits until all pages show what has come. */
  void awaitShown() throws InterruptedException {
    while (due.get() > 0) {
      TimeUnit.MILLISECONDS.sleep(SOMEBODY_MILLIS);
    }
  }

  private void lookAround() {
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    Map<String, String> all =
        new TreeMap<>(
            Map.of(
                "status", "status",
                "timeline", "timeline?limit=200",
                "search", "search?limit=40&q=th",
                "suggest", "suggest?q=th&zone=UTC",
                "devices", "devices",
                "insights", "insights?zone=UTC&year=" + today.getYear(),
                "older", "timeline?limit=200&before=" + today.minusYears(1) + "T12:00:00Z"));
    while (open.get()) {
      all.forEach(
          (kind, path) -> {
            ask(kind, path);
            pause();
          });
    }
  }

  private void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(SOMEBODY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      open.set(false);
    }
  }

  private void ask(String kind, String path) {
    if (!open.get()) {
      return;
    }
    long began = System.nanoTime();
    try {
      HttpResponse<Void> answer =
          client.send(visitor.asks(path), HttpResponse.BodyHandlers.discarding());
      String answered = answer.statusCode() == 200 ? kind : kind + " " + answer.statusCode();
      times
          .computeIfAbsent(answered, any -> new ConcurrentLinkedQueue<>())
          .add((System.nanoTime() - began) / 1e6);
    } catch (IOException e) {
      times.computeIfAbsent(kind + " failed", any -> new ConcurrentLinkedQueue<>()).add(Double.NaN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** How long answers took, by what was asked. */
  Map<String, Collection<Double>> times() {
    return times;
  }

  long events() {
    return events.get();
  }

  @Override
  public void close() {
    open.set(false);
    pages.shutdownNow();
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
