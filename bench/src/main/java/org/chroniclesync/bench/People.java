// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.bench;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Those who sit before the pages. Either five hands at a pace of their own, whatever the node does:
 * two type, five keys a second each, and each key asks for results and, 150 ms later, for
 * suggestions; two scroll, three stretches of visits a second together; one opens another page each
 * second. That makes 24 questions a second. Or one who goes from answer to answer without a pause
 * but 20 ms, as much as the node can answer.
 */
final class People implements AutoCloseable {
  private static final int TICK_MILLIS = 100;
  private static final int TICKS_A_SECOND = 10;

  /** In each second. */
  private static final List<Integer> SCROLLED = List.of(1, 4, 7);

  private static final int SUGGESTED_MILLIS = 150;
  private static final int RESTLESS_MILLIS = 20;
  private static final int PLACES = 3;

  private static final List<String> TYPED = List.of("the", "zanzibar", "site:wikipedia", "bridge");

  private final Answers answers;
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final AtomicBoolean here = new AtomicBoolean(true);
  private final List<Typist> typists = List.of(new Typist(0), new Typist(2));
  private long stretch;

  /** How they ask. */
  enum Pace {
    THEIR_OWN,
    NO_PAUSE
  }

  People(Answers answers) {
    this.answers = answers;
  }

  /** Begins to ask. */
  void begin(Pace pace) {
    if (pace == Pace.THEIR_OWN) {
      tick(System.nanoTime(), 0);
    } else {
      restless(everything(), 0);
    }
  }

  /** Each is asked by the time that was set for it, also if this thread is late. */
  private void tick(long dueNanos, int number) {
    at(
        dueNanos,
        () -> {
          typists.get(number % typists.size()).press(dueNanos);
          if (SCROLLED.contains(number % TICKS_A_SECOND)) {
            scroll(dueNanos);
          }
          if (number % TICKS_A_SECOND == 0) {
            open(number / TICKS_A_SECOND % PLACES, dueNanos);
          }
          tick(dueNanos + TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS), number + 1);
        });
  }

  private void at(long dueNanos, Runnable act) {
    if (here.get()) {
      clock.schedule(
          () -> {
            if (here.get()) {
              act.run();
            }
          },
          dueNanos - System.nanoTime(),
          TimeUnit.NANOSECONDS);
    }
  }

  private final class Typist {
    private int word;
    private int keys;

    Typist(int word) {
      this.word = word;
    }

    void press(long dueNanos) {
      String whole = TYPED.get(word);
      keys++;
      String text = whole.substring(0, keys);
      answers.ask("search", "search?limit=40&zone=UTC&q=" + text, dueNanos);
      if (keys > 1) {
        long later = dueNanos + TimeUnit.MILLISECONDS.toNanos(SUGGESTED_MILLIS);
        at(later, () -> answers.ask("suggestions", "suggest?zone=UTC&q=" + text, later));
      }
      if (keys == whole.length()) {
        keys = 0;
        word = (word + 1) % TYPED.size();
      }
    }
  }

  private void scroll(long dueNanos) {
    stretch++;
    LocalDate before = LocalDate.now(ZoneOffset.UTC).minusDays(stretch);
    answers.ask("older", "timeline?limit=200&before=" + before + "T12:00:00Z", dueNanos);
  }

  private void open(int place, long dueNanos) {
    switch (place) {
      case 0 -> {
        answers.ask("timeline", "timeline?limit=60", dueNanos);
        answers.ask("devices", "devices", dueNanos);
        answers.ask("days", OpenPages.thisMonth(), dueNanos);
      }
      case 1 -> answers.ask("insights", insights(), dueNanos);
      default -> {
        answers.ask("devices", "devices", dueNanos);
        answers.ask("pause", "pause", dueNanos);
      }
    }
  }

  private static String insights() {
    return "insights?zone=UTC&year=" + LocalDate.now(ZoneOffset.UTC).getYear();
  }

  private record Question(String kind, String path) {}

  private List<Question> everything() {
    LocalDate lastYear = LocalDate.now(ZoneOffset.UTC).minusYears(1);
    return List.of(
        new Question("devices", "devices"),
        new Question("insights", insights()),
        new Question("older", "timeline?limit=200&before=" + lastYear + "T12:00:00Z"),
        new Question("search", "search?limit=40&q=th"),
        new Question("status", "status"),
        new Question("suggestions", "suggest?q=th&zone=UTC"),
        new Question("timeline", "timeline?limit=200"));
  }

  private void restless(List<Question> questions, int number) {
    long dueNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(RESTLESS_MILLIS);
    Question next = questions.get(number % questions.size());
    at(
        dueNanos,
        () ->
            answers
                .ask(next.kind(), next.path(), dueNanos)
                .thenRun(() -> restless(questions, number + 1)));
  }

  @Override
  public void close() {
    here.set(false);
    clock.shutdownNow();
  }
}
