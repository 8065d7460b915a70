// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.chroniclesync.itests.driver.Browser;
import org.chroniclesync.itests.driver.Evidence;
import org.chroniclesync.itests.harness.Closing;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * All that the page does, by the keyboard alone: where the focus is can be seen, it goes on in the
 * order in which one reads, and it is never lost, whatever goes from under it.
 */
@Timeout(900)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class KeyboardContract {
  private static final int VISITS = 600;
  private static final int MAX_STEPS = 120;
  private static final String TAB = "\uE004";
  private static final String ENTER = "\uE007";
  private static final String ESCAPE = "\uE00C";
  private static final String DOWN = "\uE015";
  private static final List<String> PAGES =
      List.of(
          "search?q=title:the",
          "insights",
          "devices",
          "pairing",
          "rules",
          "imports",
          "parts",
          "share",
          "deleted",
          "welcome",
          "more");

  /**
   * Notes what had the focus and went, or cannot be used any more, without another one having it.
   */
  private static final String WATCH =
      """
      window.lost = [];
      let had = null;
      window.watching = setInterval(() => {
        const now = document.activeElement;
        if (now !== document.body) had = now;
        else if (had && (!had.isConnected || had.disabled)) {
          window.lost.push(had.outerHTML.slice(0, 120));
          had = null;
        }
      }, 50);
      """;

  /** What has the focus, and what is wrong with how it is seen. */
  private static final String STOP =
      """
      const one = document.activeElement;
      if (!one || one === document.body) return { body: true };
      const box = one.getBoundingClientRect();
      const style = getComputedStyle(one);
      const ring = one.closest('label') ?? one;
      const seen = [one, ring].some(each => {
        const of = getComputedStyle(each);
        return of.outlineStyle !== 'none' && parseFloat(of.outlineWidth) >= 1;
      }) || (one.closest('svg') && one.matches(':focus-visible'));
      const middle = document.elementFromPoint(box.left + box.width / 2, box.top + Math.min(box.height / 2, 12));
      const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
      const name = one.id || one.getAttribute('aria-label') || one.textContent.trim().slice(0, 40) || one.outerHTML.slice(0, 80);
      window.walked ??= new WeakSet();
      const again = window.walked.has(one);
      window.walked.add(one);
      let down = 0;
      for (let outer = one.parentElement; outer; outer = outer.parentElement) down += outer.scrollTop;
      return { name, again, seen: Boolean(seen), inside, covered: !(middle && (one.contains(middle) || middle.contains(one) || middle.closest('label')?.contains(one))),
        main: Boolean(one.closest('main')), top: box.top + down, bottom: box.bottom + down, left: box.left, right: box.right };
      """;

  /** What could be used, and Tab did not come to. Of a group of choices it comes to one. */
  private static final String MISSED =
      """
      return [...document.querySelectorAll('main a[href], main button:not([disabled]), main input:not([disabled], [type=radio]), main select, main textarea, main summary')]
        .filter(one => one.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !one.closest('svg') && !window.walked.has(one)).map(one => one.outerHTML.slice(0, 120));
      """;

  /** Each saying has a button that closes it; this one takes back what was done. */
  private static final String UNDO =
      "[...document.querySelectorAll('.saying')].some(one => one.textContent.includes('Undo'))";

  @RegisterExtension final Evidence evidence = new Evidence();

  private Distribution node;
  private Browser browser;

  abstract Browser browser(Path profile) throws IOException;

  abstract boolean isHere();

  /** Takes the focus back into the page: Tab leads out of it, too. */
  abstract void toFront(Browser browser);

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    assumeTrue(isHere(), "this browser is not here");
    node = Distribution.start(folder.resolve("data"));
    evidence.log("node", node::log);
    node.importSample(VISITS);
    browser = evidence.of("page", browser(folder.resolve("profile")));
    browser.size(1280, 860);
    browser.open(node.link());
    browser.awaits("the timeline", "document.querySelector('.row .title')");
    browser.run("localStorage.setItem('welcomed', 'yes');");
  }

  @AfterAll
  void stop() throws Exception {
    Closing.all(browser, node);
  }

  @BeforeEach
  void begin() {
    go("timeline");
    browser.awaits("the timeline", "document.querySelector('.row .title')");
  }

  /** Whatever a test did, the focus was always somewhere. */
  @AfterEach
  void theFocusWasNeverLost() {
    JsonNode lost = browser.run("clearInterval(window.watching); return window.lost ?? [];");
    assertThat(lost).isEmpty();
  }

  @Test
  void tabComesToAllThatCanBeUsedInTheOrderInWhichItIsReadAndIsSeen() {
    List<String> findings = new ArrayList<>();
    for (String page : PAGES) {
      go(page);
      settle();
      JsonNode before = null;
      int steps = 0;
      for (JsonNode stop = tab(); steps < MAX_STEPS && !stop.path("again").asBoolean(); steps++) {
        if (!stop.path("body").asBoolean()) {
          judge(page, before, stop, findings);
        } else if (steps > 2) {
          break; // out of the page, at its end
        }
        before = stop;
        stop = tab();
      }
      if (steps < MAX_STEPS) {
        browser
            .run(MISSED)
            .forEach(one -> findings.add("%s: Tab does not come to %s".formatted(page, one)));
      }
    }
    assertThat(findings).isEmpty();
  }

  private static void judge(String page, JsonNode before, JsonNode stop, List<String> findings) {
    String name = page + ": " + stop.path("name").asText();
    if (!stop.path("seen").asBoolean()) {
      findings.add(name + " has the focus, and it is not seen");
    }
    if (!stop.path("inside").asBoolean() || stop.path("covered").asBoolean()) {
      findings.add(name + " has the focus, and is covered or out of sight");
    }
    boolean bothInMain =
        before != null && before.path("main").asBoolean() && stop.path("main").asBoolean();
    if (bothInMain
        && stop.path("bottom").asDouble() <= before.path("top").asDouble()
        && stop.path("left").asDouble() < before.path("right").asDouble()) {
      findings.add(name + " comes after what is below it: " + before.path("name").asText());
    }
  }

  @Test
  void aVisitIsFoundOpenedDeletedAndBroughtBack() {
    watch();
    browser.press("/");
    browser.press("the");
    browser.awaits("results", "document.querySelector('.result mark')");
    press(ENTER, "document.activeElement.id === 'result-0'");
    press("j", "document.activeElement.id === 'result-1'");
    press("k", "document.activeElement.id === 'result-0'");
    press(ENTER, "document.querySelector('.panel h2') && document.activeElement.matches('.panel')");
    press(TAB, "document.activeElement.closest('.panel button')");
    press(ESCAPE, "!document.querySelector('.panel') && document.activeElement.id === 'result-0'");
    String gone = text("document.querySelector('.result .address-line').textContent");
    browser.press("x");
    browser.awaits(
        "another result in its place",
        "document.querySelector('.result .address-line').textContent !== given[0] && document.activeElement.closest('.result')",
        gone);
    browser.awaits("a way back", UNDO);
    press("u", "document.querySelector('.result .address-line').textContent === '" + gone + "'");
  }

  @Test
  void rowsAreDeletedAndTheNextHasTheFocus() {
    watch();
    press("j", "document.activeElement.id.startsWith('row-')");
    for (int i = 0; i < 3; i++) {
      String id = text("document.activeElement.id");
      press(
          "x",
          "!document.getElementById('" + id + "') && document.activeElement.id.startsWith('row-')");
    }
    browser.awaits("a way back", UNDO);
    press("u", "document.activeElement.id.startsWith('row-')");
  }

  @Test
  void aDialogAndAPanelGiveTheFocusBack() {
    watch();
    press("j", "document.activeElement.id.startsWith('row-')");
    String id = text("document.activeElement.id");
    press("?", "document.activeElement.closest('dialog')");
    press(
        ESCAPE, "!document.querySelector('dialog') && document.activeElement.id === '" + id + "'");
    press(ENTER, "document.querySelector('.panel h2') && document.activeElement.matches('.panel')");
    press(
        ESCAPE, "!document.querySelector('.panel') && document.activeElement.id === '" + id + "'");
    tabTo(
        "document.activeElement.closest('.row .actions') && document.activeElement.getAttribute('aria-label') === 'Never keep this site'");
    press(ENTER, "document.activeElement.closest('dialog')");
    press(
        ESCAPE,
        "!document.querySelector('dialog') && document.activeElement.closest('.row .actions')");
    press(ENTER, "document.activeElement.closest('dialog')");
    tabTo("document.activeElement.matches('dialog input')");
    browser.awaits(
        "the count", "document.querySelector('dialog .check').textContent.includes('visit')");
    press(" ", "document.activeElement.checked");
    tabTo("document.activeElement.matches('dialog .danger')");
    press(ENTER, "!document.querySelector('dialog') && document.activeElement.closest('.row')");
    browser.awaits("it was said", "document.querySelector('.saying')");
  }

  @Test
  void whatIsDeletedInThePanelComesBackByUndo() {
    watch();
    press("j", "document.activeElement.id.startsWith('row-')");
    String id = text("document.activeElement.id");
    for (String what : List.of("Delete this visit", "Delete all of ")) {
      press(
          ENTER, "document.querySelector('.panel h2') && document.activeElement.matches('.panel')");
      tabTo(
          "document.activeElement.closest('.panel') && document.activeElement.textContent.trim().startsWith('"
              + what
              + "')");
      press(ENTER, "document.querySelector('dialog') || !document.getElementById('" + id + "')");
      if (browser.run("return Boolean(document.querySelector('dialog'));").asBoolean()) {
        tabTo("document.activeElement.matches('dialog .danger')"); // there are many
        browser.press(ENTER);
      }
      browser.awaits(
          "no panel and no row",
          "!document.querySelector('.panel') && !document.getElementById(given[0])",
          id);
      browser.awaits("a way back", UNDO);
      press("u", "document.getElementById('" + id + "')");
      browser.run("document.getElementById(given[0]).focus();", id);
    }
  }

  @Test
  void aRowKeepsTheFocusWhileTheListIsScrolled() {
    press("j", "document.activeElement.id.startsWith('row-')");
    watch();
    String id = text("document.activeElement.id");
    browser.run("document.querySelector('.list .scroller').scrollTop = 1500;");
    browser.awaits(
        "others",
        "document.getElementById(given[0]).getBoundingClientRect().bottom < 0 && document.querySelector('.list .scroller').scrollTop > 1000",
        id);
    settle();
    assertThat(text("document.activeElement.id")).isEqualTo(id);
    press(
        "j",
        "document.activeElement.id.startsWith('row-') && document.activeElement.id !== '"
            + id
            + "'");
  }

  @Test
  void rulesAreMadeAndTakenBack() {
    go("rules");
    browser.awaits("the form", "document.querySelector('form input')");
    watch();
    tabTo("document.activeElement.matches('form input')");
    browser.press("one.example");
    browser.awaits("what it hits", "document.querySelector('.hits p')");
    press(
        ENTER,
        "document.querySelector('.lines li') && document.querySelector('form input').value === '' && document.activeElement.matches('form input')");
    browser.press("two.example");
    browser.awaits("what it hits", "document.querySelector('.hits p')");
    tabTo("document.activeElement.matches('form .primary')");
    press(
        ENTER,
        "document.querySelectorAll('.lines li').length >= 2 && document.querySelector('form input').value === '' && document.activeElement.closest('form')");
    tabTo("document.activeElement.closest('.lines li')");
    int rules = browser.run("return document.querySelectorAll('.lines li').length;").asInt();
    press(
        ENTER,
        "document.querySelectorAll('.lines li').length === "
            + (rules - 1)
            + " && document.activeElement.closest('.lines li')");
    tabTo("document.activeElement.closest('.page section:last-of-type .button')");
    press(ENTER, "document.activeElement.closest('dialog')");
    press(
        ESCAPE,
        "!document.querySelector('dialog') && document.activeElement.closest('.page .button')");
  }

  @Test
  void aDeviceIsAdded() {
    go("pairing");
    browser.awaits("two ways", "document.querySelectorAll('.halves .card').length === 2");
    watch();
    tabTo("document.activeElement.textContent.trim() === 'Show a code'");
    press(ENTER, "document.querySelector('.code') && document.activeElement.closest('section')");
    tabTo("document.activeElement.textContent.trim() === 'Withdraw the code'");
    press(ENTER, "!document.querySelector('.code') && document.activeElement.closest('section')");
    tabTo("document.activeElement.textContent.trim() === 'Show the words'");
    press(ENTER, "document.querySelector('ol.words') && document.activeElement.closest('section')");
    tabTo("document.activeElement.textContent.trim() === 'Hide the words'");
    press(
        ENTER, "!document.querySelector('ol.words') && document.activeElement.closest('section')");
    tabTo("document.activeElement.matches('#pairing-join ~ form input')");
    browser.press("no code");
    press(
        ENTER,
        "document.querySelector('#pairing-join ~ form .notice') && document.activeElement.closest('form')");
    tabTo("document.activeElement.textContent.trim() === 'Enter the words'");
    press(
        ENTER,
        "document.querySelector('ol.words input') && document.activeElement.closest('section')");
    tabTo("document.activeElement.matches('ol.words input')");
    browser.press("zoo");
    browser.press(" ");
    browser.awaits(
        "the next", "document.activeElement === document.querySelectorAll('ol.words input')[1]");
    tabTo("document.activeElement.textContent.trim() === 'Make new words'");
    press(
        ENTER,
        "document.querySelector('.steps-of .notice') && document.activeElement.closest('.steps-of')");
    tabTo("document.activeElement.textContent.trim() === 'Cancel'");
    press(
        ENTER,
        "!document.querySelector('.steps-of .notice') && document.activeElement.closest('.steps-of')");
  }

  @Test
  void devicesAreNamedPausedAndAskedWhy() {
    go("devices");
    browser.awaits("this one", "document.querySelector('.card .buttons .button')");
    settle();
    watch();
    tabTo("document.activeElement.getAttribute('aria-label') === 'Rename'");
    press(ENTER, "document.activeElement.closest('dialog')");
    tabTo("document.activeElement.matches('dialog input')");
    browser.press("x");
    press(ENTER, "!document.querySelector('dialog') && document.activeElement.closest('.card')");
    tabTo("document.activeElement.textContent.trim() === 'Pause'");
    press(ENTER, "document.activeElement.closest('dialog')");
    tabTo("document.activeElement.matches('dialog .primary')");
    press(
        ENTER,
        "!document.querySelector('dialog') && document.querySelector('.card').textContent.includes('Paused until') && document.activeElement.closest('.card')");
    tabTo("document.activeElement.textContent.includes('Paused until')");
    press(
        ENTER,
        "!document.querySelector('.card').textContent.includes('Paused until') && document.activeElement.closest('.card')");
    tabTo("document.activeElement.textContent.trim() === 'Why does a device not show up?'");
    press(ENTER, "document.activeElement.closest('dialog')");
    press(
        ESCAPE,
        "!document.querySelector('dialog') && document.activeElement.matches('.page .button')");
  }

  @Test
  void aPartIsStoppedStartedAndSet() {
    go("parts");
    browser.awaits("the parts", "document.querySelector('.part')");
    settle();
    watch();
    tabTo(
        "document.activeElement.getAttribute('aria-label') === 'Settings of transport.websocket'");
    press(
        ENTER,
        "document.activeElement.closest('dialog') && document.querySelector('dialog .setting')");
    press(ESCAPE, "!document.querySelector('dialog') && document.activeElement.closest('.part')");
    tabTo("document.activeElement.getAttribute('aria-label') === 'Stop transport.websocket'");
    press(ENTER, "document.activeElement.closest('dialog')");
    tabTo("document.activeElement.matches('dialog .danger')");
    press(
        ENTER,
        "!document.querySelector('dialog') && document.querySelector('[aria-label=\"Start transport.websocket\"]') && document.activeElement.closest('.part')");
    tabTo("document.activeElement.getAttribute('aria-label') === 'Start transport.websocket'");
    press(
        ENTER,
        "document.querySelector('[aria-label=\"Stop transport.websocket\"]') && document.activeElement.closest('.part')");
  }

  @Test
  void aWayToAnotherPageGoesOnAtItsBeginning() {
    go("devices");
    settle();
    watch();
    tabTo("document.activeElement.matches('main a[href=\"#/pairing\"], main a[href=\"#/share\"]')");
    press(ENTER, "location.hash !== '#/devices' && document.activeElement.closest('main')");
    browser.press("g");
    browser.press("t");
    browser.awaits(
        "the timeline",
        "document.querySelector('.row .title') && document.activeElement.id === 'main'");
    press("j", "document.activeElement.id.startsWith('row-')");
    press(DOWN, "document.activeElement.id.startsWith('row-')");
  }

  private void watch() {
    browser.run(WATCH);
  }

  private void press(String key, String condition) {
    browser.press(key);
    browser.awaits("after a key: " + condition, condition);
  }

  private JsonNode tab() {
    browser.press(TAB);
    return browser.run(STOP);
  }

  /** Goes on until it is there. What is drawn meanwhile may come before it. */
  private void tabTo(String condition) {
    for (int step = 0; step < MAX_STEPS; step++) {
      if (browser.run("return Boolean(" + condition + ");").asBoolean()) {
        return;
      }
      browser.press(TAB);
    }
    browser.awaits(condition, condition);
  }

  private void go(String page) {
    browser.open("about:blank");
    toFront(browser);
    browser.open(node.address() + "#/" + page);
    browser.awaits("a page", "document.querySelector('main h1')");
  }

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
}
