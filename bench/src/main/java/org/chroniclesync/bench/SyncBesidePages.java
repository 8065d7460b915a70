// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.bench;

import java.io.IOException;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the pages of a node and the visits that another one sends cost each other. Rounds without
 * pages, with pages in use and with one who never pauses take turns, so that the machine's other
 * work meets all of them.
 */
final class SyncBesidePages {
  private static final int PAGES = 50;
  private static final int ROUNDS = 3;

  private final PageNode node;
  private final Child other;
  private final int sent;
  private final HttpClient client = HttpClient.newHttpClient();
  private final PageNode.Visitor visitor;
  private final Map<Form, Measured> all = new EnumMap<>(Form.class);

  private enum Form {
    WITHOUT("without pages", null),
    IN_USE(PAGES + " pages in use", People.Pace.THEIR_OWN),
    RESTLESS(PAGES + " pages, no pause", People.Pace.NO_PAUSE);

    private final String name;
    private final People.@Nullable Pace pace;

    Form(String name, People.@Nullable Pace pace) {
      this.name = name;
      this.pace = pace;
    }
  }

  /** What was seen in all rounds of a form that count. */
  private static final class Measured {
    private final List<Double> millis = new ArrayList<>();
    private final List<Double> processor = new ArrayList<>();
    private final Map<String, Collection<Double>> answers = new TreeMap<>();
    private final List<Double> after = new ArrayList<>();
    private long events;
  }

  SyncBesidePages(PageNode node, Child other, int sent) throws IOException, InterruptedException {
    this.node = node;
    this.other = other;
    this.sent = sent;
    visitor = node.visitor(client);
  }

  void measure() throws IOException, InterruptedException {
    other.number("in-sync");
    Form[] forms = Form.values();
    for (Form form : forms) {
      sync(form, new Measured()); // warms up
    }
    for (int round = 0; round < ROUNDS; round++) {
      for (int turn = 0; turn < forms.length; turn++) {
        Form form = forms[(round + turn) % forms.length];
        sync(form, of(form));
      }
    }
    Double alone = Times.of(of(Form.WITHOUT).millis).median();
    for (Form form : forms) {
      print(form, of(form), alone);
    }
  }

  private Measured of(Form form) {
    return all.computeIfAbsent(form, any -> new Measured());
  }

  private void sync(Form form, Measured to) throws IOException, InterruptedException {
    other.order("part");
    other.order("fill-recent " + System.nanoTime() + " " + sent);
    other.order("settle");
    node.settle();
    if (form.pace == null) {
      meet(to);
      return;
    }
    Answers answers = new Answers(client, visitor);
    try (OpenPages pages = new OpenPages(client, visitor, answers, PAGES)) {
      long began = System.nanoTime();
      try (People people = new People(answers)) {
        people.begin(form.pace);
        meet(to);
      }
      long ended = System.nanoTime();
      pages.awaitShown();
      to.events += pages.events();
      for (Answers.Answer answer : answers.all()) {
        if (answer.wasDue(began, ended)) {
          to.answers.computeIfAbsent(answer.kind(), any -> new ArrayList<>()).add(answer.millis());
        } else {
          to.after.add(answer.millis());
        }
      }
    }
  }

  /** Visits that were stored while the two were apart go to the node with the page. */
  private void meet(Measured to) throws IOException {
    long before = node.processorTime().toMillis();
    other.order("meet");
    to.millis.add(other.number("in-sync") / 1e3);
    to.processor.add((double) (node.processorTime().toMillis() - before));
  }

  private void print(Form form, Measured measured, double alone) {
    double millis = Times.of(measured.millis).median();
    line(
        form.name,
        "%,.0f visits a second, %.2f of those without; processor of the node %,.0f ms",
        sent * 1e3 / millis,
        alone / millis,
        Times.of(measured.processor).median());
    if (form.pace == null) {
      return;
    }
    measured.answers.forEach((kind, times) -> line("  " + kind, "%s", Times.of(times)));
    List<Double> together = measured.answers.values().stream().flatMap(Collection::stream).toList();
    double seconds = measured.millis.stream().mapToDouble(Double::doubleValue).sum() / 1e3;
    line("  all", "%s, %.0f a second", Times.of(together), together.size() / seconds);
    line("  when all had come", "%s", Times.of(measured.after));
    line("  events a page and sync", "%.1f", (double) measured.events / PAGES / ROUNDS);
  }

  private static void line(String what, String text, Object... values) {
    System.out.printf("%-28s %s%n", what, String.format(Locale.ROOT, text, values));
  }
}
