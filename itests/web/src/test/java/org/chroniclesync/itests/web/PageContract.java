// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.chroniclesync.itests.driver.Browser;
import org.chroniclesync.itests.driver.Evidence;
import org.chroniclesync.itests.harness.Closing;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What the page does, in a browser, in front of a node with a sample history. */
@Timeout(900)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class PageContract {
  private static final int VISITS = 5_000;
  private static final List<String> PAGES =
      List.of(
          "timeline",
          "timeline?host=nowhere.example",
          "timeline?kind=deleted",
          "search",
          "search?q=zanzibar",
          "search?q=the",
          "search?q=zanzibra",
          "insights",
          "devices",
          "pairing",
          "pairing?by=hand",
          "pairing?by=loss",
          "rules",
          "imports",
          "parts",
          "share",
          "deleted",
          "welcome",
          "more");
  private static final List<Integer> WIDTHS = List.of(360, 768, 1280, 2560);

  private static final List<String> THEMES = List.of("light", "dark");
  private static final int NARROW = 360;

  /** By WCAG 2.5.8, in pixels. */
  private static final int LEAST_TARGET = 24;

  private static final int USUAL = 1280;

  /** Runs it with a rule, or with all. */
  static final String FINDINGS =
      """
      const only = given[0] ? { runOnly: { type: 'rule', values: [given[0]] } } : {};
      const found = await axe.run(document, only);
      return found.violations.map(one => one.id + ': ' + one.help + ' ' + one.nodes.slice(0, 3)
          .map(node => node.target + ' ' + (node.any[0]?.message ?? '')).join(' | '));
      """;

  /** A finger on a row, as far as it says; a finger that is made up cannot be captured. */
  private static final String SWIPE =
      """
      Element.prototype.setPointerCapture = () => {};
      const row = document.getElementById(given[0]).closest('.row');
      const { left, top, width, height } = row.getBoundingClientRect();
      const at = (type, dx) => row.dispatchEvent(new PointerEvent(type, { bubbles: true, cancelable: true, isPrimary: true,
        pointerId: 7, pointerType: 'touch', clientX: left + width / 2 + dx, clientY: top + height / 2 }));
      at('pointerdown', 0);
      for (let step = 1; step <= 5; step++) at('pointermove', given[1] * step / 5);
      at('pointerup', given[1]);
      await new Promise(resolve => setTimeout(resolve));
      """;

  /** What would run if it were taken for more than text, and what turns the text around it. */
  private static final List<Map<String, String>> HOSTILE =
      List.of(
          Map.of("url", "https://hostile.example/1", "title", "<img src=x onerror=window.hit=1>"),
          Map.of("url", "https://hostile.example/2", "title", "\u202Egnp.exe zanzibar\u2066"),
          Map.of("url", "https://hostile.example/3", "title", "zanzibar ".repeat(450)),
          Map.of("url", "https://hostile.example/4", "title", "زنجبار – مرحبا بالعالم zanzibar"),
          Map.of(
              "url",
              "https://hostile.example/5?a=%22%3E%3Cscript%3Ewindow.hit=1%3C/script%3E",
              "title",
              ""));

  @RegisterExtension final Evidence evidence = new Evidence();

  /** Says something as a tab that listens to the node does, many times. Counts the times drawn. */
  private static final String TOLD =
      """
      const format = Object.getOwnPropertyDescriptor(Intl.DateTimeFormat.prototype, 'format');
      let drawn = 0;
      Object.defineProperty(Intl.DateTimeFormat.prototype, 'format', { ...format, get() { drawn++; return format.get.call(this); } });
      const tab = new BroadcastChannel('node');
      for (let done = 1; done <= 50; done++) {
        tab.postMessage(['status', { parts: [], peers: [{ state: 'syncing', total: 100, done }], store: { entries: done } }]);
        await new Promise(requestAnimationFrame);
      }
      for (let step = 0; step < 600 && !document.querySelector('.pill').textContent.includes('50'); step++) await new Promise(requestAnimationFrame);
      Object.defineProperty(Intl.DateTimeFormat.prototype, 'format', format);
      tab.close();
      return { drawn, pill: document.querySelector('.pill').textContent };
      """;

  /** What of the first look begins after the document is read, which is before any module runs. */
  private static final String ASKED =
      """
      const read = performance.getEntriesByType('navigation')[0].domInteractive;
      const all = performance.getEntriesByType('resource');
      const of = (...names) => all.filter(one => names.some(name => one.name.endsWith(name)));
      const needed = [...document.querySelectorAll('link[rel=modulepreload]')].map(link => new URL(link.href).pathname);
      const timeline = all.filter(one => one.name.includes('/api/v1/timeline?'));
      const early = [...of('/app.css', '/app.js', '/api/v1/status', '/api/v1/session'), ...of(...needed), ...timeline];
      const firsts = [...new Set(early.map(one => one.name))].map(name => early.find(one => one.name === name));
      return {
        begun: firsts.filter(one => one.startTime <= read).map(one => one.name),
        late: firsts.filter(one => one.startTime > read && !one.name.includes('cursor=')).map(one => one.name + ' ' + one.startTime + ' ' + read),
        first: timeline.filter(one => !one.name.includes('cursor=')).length,
      };
      """;

  /** A part is missing from now on. What the node says itself meanwhile begins it anew. */
  private static final String MISSING =
      """
      const pill = () => document.querySelector('.pill').textContent;
      const said = [];
      const tab = new BroadcastChannel('node');
      for (let step = 0; step < 900 && said.at(-1) !== 'No account yet'; step++) {
        tab.postMessage(['status', { parts: [{ kind: 'identity', name: '', state: 'missing', cause: 'c', remedy: 'r' }],
          peers: [], store: { entries: 1 } }]);
        await new Promise(resolve => setTimeout(resolve, 100));
        if (said.at(-1) !== pill()) said.push(pill());
      }
      tab.postMessage(['status', { parts: [], peers: [], store: { entries: 1 } }]);
      tab.close();
      return said;
      """;

  private static final String BURST =
      """
      performance.clearResourceTimings();
      const asked = what => performance.getEntriesByType('resource').filter(one => one.name.includes(`/${what}?`)).length;
      const tab = new BroadcastChannel('node');
      for (let i = 0; i < 1000; i++) tab.postMessage(['visits', { come: 10, deleted: 0, visits: 5000 + i, position: 5000 + i }]);
      for (let step = 0; step < 1200 && !(asked('timeline') && asked('days')); step++) await new Promise(requestAnimationFrame);
      for (let step = 0; step < 60; step++) await new Promise(requestAnimationFrame);
      tab.close();
      return { visits: asked('timeline'), days: asked('days') };
      """;

  /** Answers of searches wait until the word is written. */
  private static final String HELD =
      """
      const plain = window.fetch;
      window.held = { asked: [], open: 0, most: 0 };
      window.held.word = new Promise(resolve => (window.held.written = resolve));
      window.fetch = async (address, options) => {
        if (!String(address).includes('/search?')) return plain(address, options);
        held.asked.push(new URL(address, location.href).searchParams.get('q'));
        held.most = Math.max(held.most, ++held.open);
        let ended = false;
        const end = () => {
          held.open -= ended ? 0 : 1;
          ended = true;
        };
        const givenUp = new Promise((resolve, reject) => options.signal.addEventListener('abort', () => {
          end();
          reject(new DOMException('', 'AbortError'));
        }));
        try {
          await Promise.race([held.word, givenUp]);
          return await plain(address, options);
        } finally {
          end();
        }
      };
      """;

  private Distribution node;
  private Browser browser;

  abstract Browser browser(Path profile) throws IOException;

  abstract boolean isHere();

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    assumeTrue(isHere(), "this browser is not here");
    node = Distribution.start(folder.resolve("data"));
    evidence.log("node", node::log);
    node.importSample(VISITS);
    Path hostile = folder.resolve("hostile.ndjson");
    Files.write(hostile, hostileLines());
    node.run("import", hostile.toString());
    browser = evidence.of("page", browser(folder.resolve("profile")));
    browser.size(1280, 860);
    browser.open(node.link());
    browser.awaits("the timeline", "document.querySelector('.row .title')");
    browser.run("localStorage.setItem('welcomed', 'yes');");
  }

  private static List<String> hostileLines() throws IOException {
    ObjectMapper json = new ObjectMapper();
    long at = Instant.now().toEpochMilli() - 60_000;
    ArrayList<String> lines = new ArrayList<>();
    for (Map<String, String> visit : HOSTILE) {
      lines.add(
          json.createObjectNode()
              .put("url", visit.get("url"))
              .put("title", visit.get("title"))
              .put("visitTime", (double) (at -= 1_000))
              .put("visitId", "hostile-" + at)
              .put("referringVisitId", "0")
              .put("transition", "link")
              .put("deviceId", "cs-0000000000000000000000000000beef")
              .put("platform", "Linux")
              .put("userAgent", "")
              .put("browserName", "Firefox")
              .put("browserVersion", "140.0")
              .put("lastModified", at)
              .toString());
    }
    return lines;
  }

  @AfterAll
  void stop() throws Exception {
    Closing.all(browser, node);
  }

  @BeforeEach
  void begin() {
    browser.size(1280, 860);
    theme("");
    go("timeline");
    browser.awaits("the timeline", "document.querySelector('.row .title')");
  }

  @Test
  void theLinkOpensOnce() throws Exception {
    String link = node.link();
    browser.open(link);
    browser.awaits("the page", "document.querySelector('.row .title')");
    browser.open(link);
    browser.awaits(
        "a refusal", "!document.querySelector('.row') && document.body.textContent.length > 20");
    assertThat(text("document.body.textContent")).containsIgnoringCase("chroniclesync open");
  }

  /** A theme is colours and nothing else, so that only they are looked at again in the other. */
  @Test
  void eachPageHasItsPlaceAtEachWidthAndNobodyFindsWhatAPersonCannotUse() throws Exception {
    String axe = script("/axe.min.js");
    String measure = script("/measure.js");
    List<String> findings = new ArrayList<>();
    for (String page : PAGES) {
      look(page);
      browser.run(axe);
      for (int width : WIDTHS) {
        browser.size(width, width < 700 ? 780 : width > 2000 ? 1300 : 860);
        settle();
        for (JsonNode one : browser.run(measure, LEAST_TARGET)) {
          findings.add("%s at %d: %s".formatted(page, width, one.asText()));
        }
        boolean searched = width == NARROW || width == USUAL;
        for (String theme : searched ? THEMES : THEMES.subList(0, 1)) {
          paint(theme);
          picture(page, width, theme);
          if (searched) {
            String rule = theme.equals("light") ? "" : "color-contrast";
            browser
                .run(FINDINGS, rule)
                .forEach(
                    one ->
                        findings.add("%s %s %d: %s".formatted(page, theme, width, one.asText())));
          }
        }
        paint("light");
      }
    }
    assertThat(findings).isEmpty();
  }

  @Test
  void textTwiceAsLargeStaysInItsPlace() throws Exception {
    String measure = script("/measure.js");
    for (String page : PAGES) {
      look(page);
      browser.run(
          "document.documentElement.style.fontSize = '200%'; dispatchEvent(new Event('resize'));");
      settle();
      picture(page + "-large", 1280, "light");
      assertThat(browser.run(measure, LEAST_TARGET)).as(page).isEmpty();
      browser.run("document.documentElement.style.fontSize = '';");
    }
  }

  @Test
  void whatStrangersWroteIsOnlyText() {
    go("search?q=hostile.example");
    browser.awaits(
        "the hostile pages", "document.querySelectorAll('.result').length === " + HOSTILE.size());
    go("timeline");
    browser.awaits("the timeline", "document.querySelector('.row .title')");
    assertThat(browser.run("return window.hit ?? 0;").asInt()).isZero();
    assertThat(
            browser
                .run("return document.querySelectorAll('img[src=x], .row script').length;")
                .asInt())
        .isZero();
    assertThat(
            browser
                .run(
                    "return [...document.querySelectorAll('.row, .result')].filter(row => /[\\u202a-\\u202e\\u2066-\\u2069]/.test(row.textContent)).length;")
                .asInt())
        .isZero();
    assertThat(
            browser
                .run(
                    "return [...document.querySelectorAll('a[target]')].filter(link => !/^https?:/.test(link.protocol) || !link.relList.contains('noreferrer')).length;")
                .asInt())
        .isZero();
  }

  @Test
  void searchAsOneTypesByTheKeyboardAlone() {
    String word =
        text(
            "[...document.querySelectorAll('.row .title')].map(title => title.textContent.split(' ')[0])"
                + ".find(word => /^[a-z]{4,}$/i.test(word))");
    browser.press("/");
    browser.awaits("the field", "document.activeElement.type === 'search'");
    browser.press(word);
    // Before it there may be those of what had been typed so far.
    browser.awaits(
        "results",
        "document.querySelector('.result mark').textContent.toLowerCase().startsWith(given[0])",
        word.toLowerCase(Locale.ROOT));
    browser.press("\uE007");
    browser.awaits("the first result", "document.activeElement.id === 'result-0'");
    browser.press("j");
    browser.press("k");
    browser.press("\uE007");
    browser.awaits("the visit beside it", "document.querySelector('.panel h2')");
    browser.press("\uE00C");
    browser.awaits("the list again", "!document.querySelector('.panel')");
    browser.press("?");
    browser.awaits("the keys", "document.querySelector('dialog[open]')");
    browser.press("\uE00C");
    browser.awaits("no dialog", "!document.querySelector('dialog[open]')");
  }

  @Test
  void ofWhatOneTypesOneSearchIsUnderWayAndTheLastIsAnswered() {
    browser.run(HELD);
    browser.press("/");
    browser.press("z");
    // A key that comes before the page was drawn anew would be asked for with the one before it.
    browser.awaits("the first question", "held.asked.length === 1");
    for (String letter : "anzibar".split("")) {
      browser.press(letter);
    }
    browser.run("held.written();");
    browser.awaits("the last answer", "held.asked.at(-1) === 'zanzibar' && held.open === 0");
    browser.awaits("what it found", "document.querySelector('.result mark')");
    assertThat(browser.run("return held.asked;").get(0).asText()).isEqualTo("z");
    assertThat(browser.run("return held.most;").asInt()).isEqualTo(1);
  }

  @Test
  void whatTheNodeSaysOfItselfDrawsNoRowAnew() {
    settle();
    JsonNode told = browser.run(TOLD);
    assertThat(told.path("pill").asText()).contains("50");
    assertThat(told.path("drawn").asInt()).isZero();
  }

  /** Words that are renewed are missing for a moment, too. */
  @Test
  void whatIsMissingForAMomentIsNotCalledLost() {
    settle();
    List<String> said = new ArrayList<>();
    browser.run(MISSING).forEach(one -> said.add(one.asText()));
    assertThat(said).endsWith("Changing over", "No account yet");
  }

  /**
   * A chain of two: the page, and what it names. No question waits for a module, and none is asked
   * twice.
   */
  @Test
  void theFirstLookIsAskedForBeforeTheModulesRun() throws Exception {
    browser.open(node.link());
    browser.awaits("the timeline", "document.querySelector('.row .title')");
    JsonNode asked = browser.run(ASKED);
    assertThat(asked.get("late")).as("" + asked).isEmpty();
    assertThat(asked.get("begun")).isNotEmpty();
    assertThat(asked.get("first").asInt()).isEqualTo(1);
  }

  @Test
  void aBurstOfVisitsIsAskedForOnce() {
    settle();
    JsonNode asked = browser.run(BURST);
    assertThat(asked.get("visits").asInt()).isBetween(1, 2);
    // The days whose numbers are seen lie in two months at most.
    assertThat(asked.get("days").asInt()).isBetween(1, 4);
  }

  @Test
  void nothingFoundNamesTheWordAndANearOne() {
    go("search?q=zanzibra");
    browser.awaits("the word", "document.querySelector('.empty p')");
    assertThat(text("document.querySelector('.empty').textContent"))
        .contains("zanzibra")
        .contains("zanzibar");
    browser.click("the word", "document.querySelector('.empty a')");
    browser.awaits("what was meant", "document.querySelector('.result')");
  }

  @Test
  void aVisitIsDeletedAndBroughtBack() {
    String id = text("document.querySelectorAll('.row .title')[12].id");
    browser.run("document.getElementById(given[0]).focus();", id);
    browser.press("x");
    browser.awaits("the row gone", "!document.getElementById('" + id + "')");
    browser.awaits("a way back", "document.querySelector('.saying .button')");
    browser.press("u");
    browser.awaits("the row again", "document.getElementById('" + id + "')");
  }

  @Test
  void aFilterThatFindsNothingIsLeftForAnother() {
    browser.run("location.hash = '#/timeline?host=nowhere.example';");
    browser.awaits("nothing", "document.querySelector('.timeline .empty a.button')");
    browser.run("location.hash = '#/timeline?kind=deleted';");
    browser.awaits("what is left of it", "document.querySelector('.timeline .notice')");
    browser.run("location.hash = '#/timeline';");
    browser.awaits("all", "document.querySelector('.row .title')");
  }

  /** Short, its actions come out, as buttons; far, it is deleted, and can be brought back. */
  @Test
  void aFingerSwipesARow() throws Exception {
    browser.size(NARROW, 780);
    browser.awaits("the list for fingers", "document.querySelector('.row.swipes .title')");
    String id = text("document.querySelectorAll('.row .title')[4].id");
    browser.run(SWIPE, id, -80);
    browser.awaits("its actions", "document.querySelector('.row.out .actions')?.checkVisibility()");
    assertThat(browser.run("return !document.querySelector('.panel');").asBoolean()).isTrue();
    picture("swiped", NARROW, "light");
    browser.run(SWIPE, id, 80);
    browser.awaits("none", "!document.querySelector('.row.out')");
    browser.run(SWIPE, id, -300);
    browser.awaits("the row gone", "!document.getElementById('" + id + "')");
    browser.awaits("a way back", "document.querySelector('.saying .button')");
    browser.run("document.querySelector('.saying .button').click();");
    browser.awaits("the row again", "document.getElementById('" + id + "')");
  }

  @Test
  void theTimelineGoesOnToItsEndAndBack() {
    String first = text("document.querySelector('.row .title').id");
    JsonNode measured =
        browser.run(
            """
            const list = document.querySelector('.list .scroller');
            const long = [];
            try { new PerformanceObserver(found => long.push(...found.getEntries().map(one => one.duration))).observe({ type: 'longtask' }); } catch { }
            const frames = [];
            let last = performance.now();
            let still = 0;
            for (let height = -1, step = 0; still < 800 && step < 9000 && !document.querySelector('.end').textContent.includes('begins'); step++) {
              list.scrollTop += 600;
              await new Promise(requestAnimationFrame);
              const now = performance.now();
              frames.push(now - last);
              last = now;
              const at = list.scrollTop;
              still = at === height ? still + 1 : 0;
              height = at;
              if (still > 0) await new Promise(resolve => setTimeout(resolve, 50));
            }
            frames.sort((a, b) => a - b);
            return { end: document.querySelector('.end').textContent, drawn: document.querySelectorAll('.virtual-item').length,
              frames: frames.length, median: frames[frames.length >> 1], p99: frames[Math.floor(frames.length * 0.99)], long };
            """);
    note("timeline " + measured);
    assertThat(measured.path("end").asText()).contains("begins");
    assertThat(measured.path("drawn").asInt()).isLessThan(120);
    browser.run(
        """
        const list = document.querySelector('.list .scroller');
        for (let step = 0; step < 3000 && (list.scrollTop > 0 || !document.getElementById(given[0])); step++) {
          list.scrollTop -= 600;
          await new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve, 5)));
        }
        """,
        first);
    browser.awaits("the newest", "document.getElementById('" + first + "')");
  }

  @Test
  void itSpeaksGermanToo() throws Exception {
    browser.run("localStorage.setItem('language', 'de');");
    try {
      for (String page : PAGES) {
        look(page);
        picture(page + "-de", 1280, "light");
      }
      assertThat(text("document.documentElement.lang")).isEqualTo("de");
      assertThat(text("document.querySelector('.rail').textContent"))
          .contains("Zeitleiste")
          .contains("Geräte");
    } finally {
      browser.run("localStorage.removeItem('language');");
    }
  }

  @Test
  void aNodeThatGoesIsFoundAgain() throws Exception {
    String row = text("document.querySelector('.row .title').textContent");
    node.kill();
    browser.awaits("the page says so", "document.querySelector('.banner')");
    assertThat(text("document.querySelector('.row .title').textContent")).isEqualTo(row);
    picture("gone", 1280, "light");
    node.startAgain();
    browser.awaits("the page comes back", "!document.querySelector('.banner')");
    assertThat(text("document.querySelector('.row .title').textContent")).isEqualTo(row);
  }

  private void theme(String theme) {
    browser.run("localStorage.setItem('theme', given[0]);", theme);
  }

  /** Browsers do not move what cannot be seen, so its colours would never have changed. */
  private void paint(String theme) {
    browser.run(
        """
        document.documentElement.dataset.theme = given[0];
        document.getAnimations().forEach(one => one.finish());
        """,
        theme);
  }

  /** A page, loaded anew. */
  private void go(String page) {
    browser.open("about:blank");
    browser.open(node.address() + "#/" + page);
    browser.awaits("a page", "document.querySelector('main h1')");
  }

  private void look(String page) {
    go(page);
    settle();
  }

  /** Until two frames look the same: no request is under way, and nothing is drawn any more. */
  private void settle() {
    browser.run(
        """
        let before = '';
        for (let same = 0, step = 0; same < 3 && step < 200; step++) {
          await new Promise(resolve => setTimeout(resolve, 50));
          const now = document.body.innerHTML;
          same = now === before && !document.querySelector('.skeleton, .waiting') ? same + 1 : 0;
          before = now;
        }
        """);
  }

  private String text(String expression) {
    return browser.run("return " + expression + ";").asText();
  }

  private void picture(String page, int width, String theme) throws IOException {
    Path file =
        Path.of("target", "screenshots", getClass().getSimpleName())
            .resolve(page.replaceAll("\\W+", "_") + "-" + width + "-" + theme + ".png");
    Files.createDirectories(file.getParent());
    Files.write(file, browser.picture());
  }

  private void note(String measured) {
    System.out.println(getClass().getSimpleName() + " " + measured);
  }

  static String script(String name) throws IOException {
    try (InputStream script = PageContract.class.getResourceAsStream(name)) {
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
