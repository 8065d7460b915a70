// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.awaitility.Awaitility;
import org.chroniclesync.itests.driver.Browser;
import org.chroniclesync.itests.driver.Chromium;
import org.chroniclesync.itests.harness.DiscoveryService;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a person does with two devices, each with the page in a Chromium of its own: one after the
 * other, as a person would.
 */
@Timeout(420)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TwoNodesPageIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int VISITS = 500;
  private static final Path PICTURES = Path.of("target/screenshots/TwoNodesPageIT");

  /** Lines as of a program of somebody's own, made in the page and dropped on it. */
  private static final String DROPPED =
      """
      const lines = [];
      for (let i = 0; i < given[1]; i++) {
        lines.push(JSON.stringify({ url: `https://${given[0]}/${i}`, title: `Dropped ${given[0]} ${i}`,
          visitTime: Date.now() - 86400000 - i * 60000, visitId: `${given[0]}-${i}`, referringVisitId: '0',
          transition: 'link', deviceId: 'cs-0000000000000000000000000000cafe', platform: 'Linux', userAgent: '',
          browserName: 'Firefox', browserVersion: '140.0', lastModified: Date.now() - 86400000 }));
      }
      const transfer = new DataTransfer();
      transfer.items.add(new File([lines.join('\\n')], `${given[0]}.ndjson`, { type: 'application/octet-stream' }));
      window.sawProgress = [];
      new MutationObserver(() => {
        const bar = document.querySelector('main progress');
        if (bar?.hasAttribute('value')) window.sawProgress.push(bar.value / bar.max);
      }).observe(document.querySelector('main'), { subtree: true, childList: true, attributes: true });
      const zone = document.querySelector('.drop');
      for (const type of ['dragover', 'drop']) zone.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: transfer }));
      """;

  private static final String NUMBERS =
      "WITH RECURSIVE numbers(value) AS (VALUES (1001) UNION ALL SELECT value + 1 FROM numbers"
          + " WHERE value < 1060) ";

  private Path folder;
  private DiscoveryService service;
  private Distribution one;
  private Distribution other;
  private Browser here;
  private Browser there;

  @BeforeAll
  void start(@TempDir Path made) throws Exception {
    folder = made;
    assumeTrue(Chromium.isHere(), "this browser is not here");
    service = DiscoveryService.start(folder.resolve("discovery"));
    one = Distribution.start(folder.resolve("one"), "--discovery", service.url());
    makeProfile();
    other =
        Distribution.start(
            folder.resolve("other"),
            "--discovery",
            service.url(),
            "--set",
            "org.chroniclesync.importer.browser:profiles=[" + profile() + "]",
            // Without it a node does not trust its visits to a memory alone.
            "--set",
            "org.chroniclesync.core:allowVolatile=true");
    one.importSample(VISITS);
    here = opened(one, "here");
    there = opened(other, "there");
  }

  private Browser opened(Distribution node, String name) throws Exception {
    Browser browser = new Chromium(folder.resolve(name));
    browser.size(1280, 860);
    browser.open(node.link());
    waitFor(browser, "the page", "document.querySelector('main h1, main .row')");
    return browser;
  }

  @AfterAll
  void stop() throws Exception {
    for (AutoCloseable each : new AutoCloseable[] {here, there, one, other, service}) {
      if (each != null) {
        each.close();
      }
    }
  }

  @Test
  @Order(1)
  void devicesAreJoinedSyncedAndCleanedByTheirPages() throws Exception {
    go(here, "pairing");
    press(here, "Show a code");
    waitFor(here, "the code", "document.querySelector('main .code')?.innerText.trim()");
    waitFor(here, "its picture", "document.querySelector('svg.qr path')?.getAttribute('d')");
    String code =
        here.run("return document.querySelector('main .code').innerText.trim();").asText();
    picture(here, "code");

    go(there, "pairing");
    waitFor(there, "the field", "document.querySelector('main input')");
    there.run("document.querySelector('main input').focus();");
    there.press(code);
    press(there, "Join");
    waitFor(there, "the end", "document.querySelector('main .good')");
    assertThat(text(there)).contains("is now in the account of").doesNotContain("account of .");
    go(there, "devices");
    waitFor(there, "the sync", "/In sync since/.test(document.querySelector('main').innerText)");
    waitFor(
        there,
        "all visits",
        "document.querySelector('main').innerText.includes('Holds " + VISITS + " visits')");
    picture(there, "devices");

    go(here, "timeline");
    go(there, "timeline");
    waitFor(here, "the timeline", "document.querySelector('.row .title')");
    String title =
        here.run("return document.querySelector('.row .title').innerText.trim();").asText();
    String row = "[...document.querySelectorAll('.row')].find(r => r.innerText.includes(given[0]))";
    waitFor(there, "the same visit", row, title);
    here.run(row + ".querySelector('[aria-label^=Delete]').click();", title);
    waitFor(here, "its end here", "!" + row, title);
    waitFor(there, "its end there", "!" + row, title);
    press(here, "Undo");
    waitFor(there, "its return", row, title);

    other.kill();
    waitFor(there, "the loss", "document.querySelector('[role=alert]')");
    assertThat(there.run("return " + "!!" + row + ";", title).asBoolean()).isTrue();
    picture(there, "lost");
    other.startAgain();
    waitFor(there, "the return", "!document.querySelector('[role=alert]')");
  }

  @Test
  @Order(2)
  void aFileThatIsDroppedIsImportedAndArrivesOnTheOtherDevice() throws Exception {
    go(here, "imports");
    waitFor(here, "a place for files", "document.querySelector('.drop')");
    here.run(DROPPED, "dropped.example", 20_000);
    waitFor(
        here,
        "its end",
        "[...document.querySelectorAll('.card')].some(c => /Done: 20,000 visits/.test(c.innerText))");
    assertThat(here.run("return window.sawProgress.length;").asInt()).isPositive();
    assertThat(text(here)).contains("\ndropped.example.ndjson\n").doesNotContain("/tmp/");
    picture(here, "dropped");
    // A search answers for the moment in which it is asked, so all of them have to be there.
    go(there, "devices");
    holds(there, VISITS + 20_000);
    go(there, "search?q=site:dropped.example");
    waitFor(there, "them there", "document.querySelector('.result')");
  }

  @Test
  @Order(3)
  void operatorsOfASearchAreChipsThatCanBeTakenOff() {
    go(here, "search?q=" + "site:dropped.example%20title:dropped");
    waitFor(here, "results", "document.querySelector('.result mark')");
    int chips = here.run("return document.querySelectorAll('button.chip').length;").asInt();
    assertThat(chips).isPositive();
    here.run("document.querySelector('button.chip').click();");
    waitFor(here, "one less", "document.querySelectorAll('button.chip').length === " + (chips - 1));
    assertThat(here.run("return location.hash;").asText()).doesNotContain("site");
  }

  @Test
  @Order(4)
  void aRuleIsSeenBeforeItIsMadeAndAppliedAndRemoved() throws Exception {
    go(here, "rules");
    waitFor(here, "a form", "document.querySelector('main form select')");
    fill(here, "main form label.grow input", "dropped.example");
    waitFor(here, "what it hits", "/dropped/i.test(document.querySelector('.hits').innerText)");
    picture(here, "rule");
    press(here, "Add the rule");
    waitFor(
        here,
        "the rule",
        "[...document.querySelectorAll('main li')].some(l => l.innerText.includes('dropped.example')"
            + " && l.querySelector('button'))");
    press(here, "See what would go");
    waitFor(
        here,
        "what would go",
        "/20,000 visits/.test(document.querySelector('dialog[open]')?.innerText ?? '')");
    picture(here, "apply");
    here.run("document.querySelector('dialog[open] .danger').click();");
    go(here, "devices");
    holds(here, VISITS);
    go(there, "devices");
    holds(there, VISITS);
    go(there, "rules");
    waitFor(there, "the rule there, too", "/dropped.example/.test(main().innerText)");
    go(here, "rules");
    String remove =
        "[...document.querySelectorAll('main li')].find(l => l.innerText.includes('dropped.example'))"
            + "?.querySelector('button')";
    waitFor(here, "the rule", remove);
    here.run(remove + ".click();");
    waitFor(here, "none here", "!/dropped.example/.test(main().innerText)");
    waitFor(there, "none there", "!/dropped.example/.test(main().innerText)");
  }

  @Test
  @Order(5)
  void aSettingIsRefusedWithTheReasonAndStored() {
    go(here, "parts");
    openSettings(here, "importer.browser");
    fill(here, settingField("intervalMillis"), "5");
    here.run("document.querySelector('dialog[open] form').noValidate = true;");
    press(here, "Save");
    waitFor(
        here,
        "the reason",
        "/100/.test(document.querySelector('dialog[open] [role=alert]')?.innerText ?? '')");
    fill(here, settingField("intervalMillis"), "2000");
    press(here, "Save");
    waitFor(here, "the dialog closed", "!document.querySelector('dialog[open]')");
    openSettings(here, "importer.browser");
    waitFor(
        here,
        "the value",
        "document.querySelector(given[0]).value === '2000'",
        settingField("intervalMillis"));
    here.press("\uE00C");
    waitFor(here, "the dialog closed", "!document.querySelector('dialog[open]')");
  }

  private static String settingField(String key) {
    return "dialog[open] [aria-describedby=about-" + key + "]";
  }

  private static void openSettings(Browser browser, String part) {
    String button =
        "document.querySelector('main button[aria-label*=\"' + given[0] + '\"][aria-label^=Settings]')";
    waitFor(browser, "the part", button, part);
    browser.run(button + ".click();", part);
    waitFor(browser, "its settings", "document.querySelector('dialog[open] .setting')");
  }

  @Test
  @Order(6)
  void aDeviceIsRenamedAndImportsArePausedAndResumed() {
    go(here, "devices");
    waitFor(here, "itself", "document.querySelector('main .card button[aria-label]')");
    here.run("document.querySelector('main .card button[aria-label]').click();");
    fill(here, "dialog[open] input", "Kitchen laptop");
    press(here, "Save");
    waitFor(here, "the name", "/Kitchen laptop/.test(main().innerText)");
    go(there, "devices");
    waitFor(there, "the name there", "/Kitchen laptop/.test(main().innerText)");
    press(here, "Pause");
    waitFor(here, "the question", "document.querySelector('dialog[open] .primary')");
    here.run("document.querySelector('dialog[open] .primary').click();");
    String resume =
        "[...document.querySelectorAll('main button')].find(b => /^Paused until/.test(b.innerText))";
    waitFor(here, "a way back", resume);
    here.run(resume + ".click();");
    waitFor(here, "no pause", "!" + resume);
  }

  @Test
  @Order(7)
  void aStorageIsSwappedByAClickWhileVisitsCome() throws Exception {
    go(there, "parts");
    openSettings(there, "storage.memory");
    press(there, "Save");
    waitFor(there, "a second storage", "/standing by/.test(main().innerText)");
    String of = "document.querySelector('main button[aria-label=\"' + given[0] + '\"]')";
    waitFor(there, "the storage", of, "Stop storage.sqlite");
    go(here, "imports");
    waitFor(here, "a place for files", "document.querySelector('.drop')");
    here.run(DROPPED, "swapped.example", 20_000);
    there.run(of + ".click();", "Stop storage.sqlite");
    waitFor(there, "the question", "document.querySelector('dialog[open] .danger')");
    there.run("document.querySelector('dialog[open] .danger').click();");
    waitFor(there, "a way back", of, "Start storage.sqlite");
    picture(there, "swapped");
    go(there, "devices");
    waitFor(there, "the sync", "/In sync since/.test(main().innerText)");
    holds(there, VISITS + 20_000);
    go(there, "parts");
    waitFor(there, "the storage", of, "Start storage.sqlite");
    there.run(of + ".click();", "Start storage.sqlite");
    waitFor(there, "it runs", of, "Stop storage.sqlite");
    go(there, "devices");
    holds(there, VISITS + 20_000);
    waitFor(there, "the sync", "/In sync since/.test(main().innerText)");
  }

  @Test
  @Order(8)
  void whatVanishedFromABrowserGoesOrStaysByAClick() throws Exception {
    browser(
        NUMBERS
            + "INSERT INTO moz_places (id, url, title, guid) SELECT value, 'https://vanishing.example/'"
            + " || value, 'Page ' || value, hex(randomblob(6)) FROM numbers");
    browser(
        NUMBERS
            + "INSERT INTO moz_historyvisits (id, place_id, visit_date, from_visit, visit_type) SELECT"
            + " value, value, (strftime('%s') - 90000 + value * 60) * 1000000, 0, 1"
            + " FROM numbers");
    other.run("import");
    go(there, "devices");
    holds(there, VISITS + 20_060);

    go(there, "welcome");
    waitFor(
        there,
        "the question",
        "document.querySelector('input[name=deletions][value=keep]:checked')");
    there.run("document.querySelector('input[name=deletions][value=follow]').click();");
    waitFor(there, "the answer", "/Stored/.test(document.querySelector('.sayings').innerText)");
    waitFor(
        there,
        "the choice",
        "document.querySelector('input[name=deletions][value=follow]:checked')");
    other.run("import");

    go(there, "imports");
    vanish(1031, 1060);
    waitFor(there, "the question", "/30 visits are not in this browser/.test(main().innerText)");
    picture(there, "vanished");
    press(there, "Delete on all devices");
    waitFor(there, "the end", "!/not in this browser/.test(main().innerText)");
    for (Browser each : List.of(here, there)) {
      go(each, "devices");
      holds(each, VISITS + 20_030);
    }

    go(there, "imports");
    vanish(1006, 1030);
    waitFor(there, "the question", "/25 visits are not in this browser/.test(main().innerText)");
    press(there, "Keep here");
    waitFor(there, "the end", "!/not in this browser/.test(main().innerText)");
    go(there, "devices");
    holds(there, VISITS + 20_030);
  }

  /**
   * More at once than goes without a question, and not the oldest, which the browser drops itself.
   */
  private void vanish(int first, int last) throws Exception {
    browser("DELETE FROM moz_historyvisits WHERE id BETWEEN " + first + " AND " + last);
    other.run("import");
  }

  private void browser(String statement) throws SQLException {
    try (Connection places =
            DriverManager.getConnection("jdbc:sqlite:" + profile().resolve("places.sqlite"));
        Statement change = places.createStatement()) {
      change.executeUpdate(statement);
    }
  }

  private Path profile() {
    return folder.resolve("profile");
  }

  /** The database of a real Firefox, without its visits. */
  private void makeProfile() throws Exception {
    Path real = Path.of("../../bundles/importer.browser/src/test/resources/profiles/firefox");
    Files.createDirectories(profile());
    for (String file : List.of("places.sqlite", "compatibility.ini")) {
      Files.copy(real.resolve(file), profile().resolve(file));
    }
    browser("DELETE FROM moz_historyvisits");
    browser("DELETE FROM moz_places");
  }

  @Test
  @Order(9)
  void aDeviceThatIsGoneIsForgotten() throws Exception {
    one.close();
    go(there, "devices");
    String forget = "document.querySelector('main ul.cards button[aria-label^=Forget]')";
    waitFor(there, "the device", forget);
    waitFor(there, "its absence", "!/In sync since/.test(main().innerText)");
    there.run(forget + ".click();");
    waitFor(there, "the question", "document.querySelector('dialog[open] .danger')");
    there.run("document.querySelector('dialog[open] .danger').click();");
    waitFor(there, "nobody", "!" + forget);
    one.startAgain();
  }

  /** Until the device says that it holds so many. */
  private static void holds(Browser browser, int visits) {
    String sentence = String.format(Locale.ROOT, "Holds %,d visits", visits);
    waitFor(browser, sentence, "main().innerText.includes(given[0])", sentence);
  }

  private static void fill(Browser browser, String field, String text) {
    waitFor(browser, field, "document.querySelector(given[0])", field);
    browser.run(
        "const field = document.querySelector(given[0]); field.focus(); field.value = given[1];"
            + " field.dispatchEvent(new Event('input', { bubbles: true }));",
        field,
        text);
  }

  private static void go(Browser browser, String route) {
    browser.run("location.hash = '#/' + given[0];", route);
  }

  private static void press(Browser browser, String label) {
    String button =
        "[...document.querySelectorAll('button')].find(b => b.innerText.trim() === given[0]"
            + " && !b.disabled)";
    waitFor(browser, label, button, label);
    browser.run(button + ".click();", label);
  }

  private static String text(Browser browser) {
    return browser.run("return document.querySelector('main').innerText;").asText();
  }

  private static void waitFor(Browser browser, String what, String condition, Object... given) {
    try {
      Awaitility.await(what)
          .atMost(PATIENCE)
          .until(
              () ->
                  browser
                      .run(
                          "const main = () => document.querySelector('main'); return !!("
                              + condition
                              + ");",
                          given)
                      .asBoolean());
    } catch (org.awaitility.core.ConditionTimeoutException e) {
      throw new AssertionError(what + " did not come: " + text(browser), e);
    }
  }

  private static void picture(Browser browser, String name) throws Exception {
    Files.createDirectories(PICTURES);
    Files.write(PICTURES.resolve(name + ".png"), browser.picture());
  }
}
