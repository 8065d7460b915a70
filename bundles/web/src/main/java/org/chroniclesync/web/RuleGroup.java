// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.chroniclesync.api.history.Bounds;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.Visibility;
import org.chroniclesync.api.rules.Judge;
import org.chroniclesync.api.rules.Pause;
import org.chroniclesync.api.rules.Rule;
import org.chroniclesync.api.rules.Rules;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.Window;
import org.chroniclesync.api.sync.Deletion;
import org.chroniclesync.api.sync.History;
import org.jspecify.annotations.Nullable;

/** What is never stored, how long visits are kept, and pauses of the import. */
final class RuleGroup implements Routes.Group {
  private static final Duration A_WHILE = Duration.ofSeconds(10);
  private static final int MAX_SHOWN = 20;

  /** A rule about the visits of one device does not hold here. */
  private static final DeviceId NO_DEVICE = new DeviceId("none");

  private final Services services;
  private final Works works;

  RuleGroup(Services services, Works works) {
    this.services = services;
    this.works = works;
  }

  @Override
  public void addTo(Routes routes) {
    routes
        .get(Routes.PREFIX + "/rules", exchange -> exchange.json(all()))
        .post(Routes.PREFIX + "/rules", this::add)
        .delete(Routes.PREFIX + "/rules", this::remove)
        .post(Routes.PREFIX + "/rules/test", this::test)
        .post(Routes.PREFIX + "/rules/preview", this::preview)
        .post(Routes.PREFIX + "/rules/apply", this::apply)
        .get(Routes.PREFIX + "/pause", exchange -> exchange.json(pause()))
        .post(Routes.PREFIX + "/pause", this::begin)
        .post(Routes.PREFIX + "/resume", this::resume);
  }

  private Rules rules() {
    services.readable();
    return services.rules();
  }

  private ObjectNode all() throws StorageException, InterruptedException {
    ObjectNode root = Json.object();
    ArrayNode array = root.putArray("rules");
    for (Rules.Standing one : rules().all()) {
      array
          .addObject()
          .put("scope", one.scope().name().toLowerCase(Locale.ROOT))
          .put("kind", one.rule().kind().word())
          .put("text", one.rule().text());
    }
    return root;
  }

  private void add(Exchange exchange) throws IOException, StorageException, InterruptedException {
    Body body = Body.of(exchange.body(), "scope", "kind", "text");
    Rules.Scope scope = scope(body.required("scope", 16));
    try {
      rules().add(rule(body), scope);
    } catch (IllegalArgumentException e) {
      throw Problem.wrong(Code.RULE_REFUSED, e);
    }
    exchange.json(HttpServletResponse.SC_CREATED, all());
  }

  private static Rules.Scope scope(String word) {
    return switch (word) {
      case "device" -> Rules.Scope.DEVICE;
      case "account" -> Rules.Scope.ACCOUNT;
      default -> throw Problem.wrong(Code.REQUEST, "This is no scope.", "Give device or account.");
    };
  }

  private static Rule rule(Body body) {
    return rule(body.required("kind", 16), body.required("text", Rule.MAX_TEXT_CHARS));
  }

  private static Rule rule(String kind, String text) {
    try {
      return Rule.parse(kind + " " + text.strip());
    } catch (IllegalArgumentException e) {
      throw Problem.wrong(Code.RULE_REFUSED, e);
    }
  }

  private void remove(Exchange exchange)
      throws IOException, StorageException, InterruptedException {
    Rule rule = rule(exchange.text("kind", ""), exchange.text("text", ""));
    if (!rules().remove(rule, scope(exchange.text("scope", "")))) {
      throw Problem.unknown(Code.RULE_GONE, "There is no such rule.", "Load the list again.");
    }
    exchange.json(all());
  }

  private void test(Exchange exchange) throws IOException, StorageException, InterruptedException {
    String url = Body.of(exchange.body(), "url").required("url", Bounds.MAX_URL_CHARS);
    Judge judge = rules().judge();
    Optional<Rule> leftOut = judge.leavesOut(url, (double) System.currentTimeMillis(), NO_DEVICE);
    ObjectNode root = Json.object();
    leftOut.ifPresentOrElse(
        rule ->
            root.putObject("leftOutBy").put("kind", rule.kind().word()).put("text", rule.text()),
        () -> root.putNull("leftOutBy"));
    root.put("stored", leftOut.isPresent() ? null : judge.cut(url));
    exchange.json(root);
  }

  /** What a rule that is being typed would hit. */
  private void preview(Exchange exchange)
      throws IOException, StorageException, InterruptedException {
    Judge judge;
    try {
      judge = rules().judge(rule(Body.of(exchange.body(), "kind", "text")));
    } catch (IllegalArgumentException e) {
      throw Problem.wrong(Code.RULE_REFUSED, e);
    }
    Shapes shapes = new Shapes(services);
    History history = services.readable();
    exchange.json(
        services.longReads().read(() -> history.borrow(store -> hits(store, judge, shapes))));
  }

  private static ObjectNode hits(HistoryStore store, Judge judge, Shapes shapes)
      throws StorageException {
    ObjectNode root = Json.object();
    ArrayNode pages = Json.array();
    int looked = 0;
    int hits = 0;
    Entry entry;
    try (Cursor<Entry> cursor = store.read(Window.all(Window.Order.NEWEST_FIRST))) {
      entry = cursor.next();
      while (entry != null && looked < Timeline.MAX_LOOKED) {
        looked++;
        if (Visibility.isShown(entry)
            && judge
                .leavesOut(entry.url(), entry.visitTimeMillis(), entry.device().id())
                .isPresent()) {
          hits++;
          if (pages.size() < MAX_SHOWN) {
            pages.add(shapes.visit(entry));
          }
        }
        entry = cursor.next();
      }
    }
    root.put("looked", looked).put("complete", entry == null).put("visits", hits);
    root.set("pages", pages);
    return root;
  }

  private void apply(Exchange exchange) throws IOException {
    boolean dryRun = Body.of(exchange.body(), "dryRun").flag("dryRun", true);
    Rules rules = rules();
    Works.Work work =
        works.begin(
            "rules",
            dryRun ? "Counting what the rules would do." : "The rules are being applied.",
            progress -> dryRun ? outcome(rules.preview(), true) : applied(rules));
    exchange.json(HttpServletResponse.SC_ACCEPTED, work.json());
  }

  private static Works.Result applied(Rules rules) throws StorageException, InterruptedException {
    Rules.Outcome before = rules.preview();
    Rules.Applied applied = rules.apply();
    boolean through = applied.deletion().await(A_WHILE);
    while (!through) {
      through = applied.deletion().await(A_WHILE);
    }
    Deletion done = applied.deletion().now();
    if (done.state() == Deletion.State.FAILED) {
      throw new IllegalStateException(String.valueOf(done.problem()));
    }
    return outcome(new Rules.Outcome(before.deleted(), applied.cut()), false);
  }

  private static Works.Result outcome(Rules.Outcome outcome, boolean dryRun) {
    ObjectNode root = Json.object().put("visits", outcome.visits()).put("cut", outcome.cut());
    ArrayNode deleted = root.putArray("deleted");
    outcome
        .deleted()
        .forEach(
            (rule, count) -> deleted.addObject().put("rule", rule.toString()).put("visits", count));
    String sentence =
        dryRun
            ? "The rules would delete %,d visits, and cut secrets out of %,d addresses."
            : "%,d visits were deleted, and secrets cut out of %,d addresses; the other devices follow.";
    return new Works.Result(sentence.formatted(outcome.visits(), outcome.cut()), root);
  }

  // --- Pauses -----------------------------------------------------------------------------------

  private ObjectNode pause() throws StorageException, InterruptedException {
    services.readable();
    Pause.State state = services.pause().state();
    @Nullable Instant until = state.until();
    return Json.object()
        .put("until", until == null ? null : until.toString())
        .put("forgets", until != null && state.forgets());
  }

  private void begin(Exchange exchange) throws IOException, StorageException, InterruptedException {
    services.readable();
    Body body = Body.of(exchange.body(), "minutes", "forget");
    long minutes = body.number("minutes", 0, 1, Pause.MAX_DURATION.toMinutes());
    if (minutes == 0) {
      throw Problem.wrong(Code.PAUSE_REFUSED, "Nothing says how long.", "Give minutes.");
    }
    try {
      services.pause().begin(Duration.ofMinutes(minutes), body.flag("forget", false));
    } catch (IllegalArgumentException e) {
      throw Problem.wrong(Code.PAUSE_REFUSED, e);
    }
    exchange.json(pause());
  }

  private void resume(Exchange exchange)
      throws IOException, StorageException, InterruptedException {
    services.readable();
    services.pause().end();
    exchange.json(pause());
  }
}
