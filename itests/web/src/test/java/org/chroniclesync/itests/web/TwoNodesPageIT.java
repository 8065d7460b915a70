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
import java.util.List;
import java.util.Locale;
import org.chroniclesync.itests.driver.Browser;
import org.chroniclesync.itests.driver.Chromium;
import org.chroniclesync.itests.driver.Evidence;
import org.chroniclesync.itests.harness.Closing;
import org.chroniclesync.itests.harness.DiscoveryService;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a person does with two devices, each with the page in a Chromium of its own: one after the
 * other, as a person would.
 */
@Timeout(900)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TwoNodesPageIT {
  private static final int VISITS = 500;
  private static final List<String> TRANSPORTS = List.of("transport.webrtc", "transport.websocket");
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

  /** Keeps what was said. */
  private static final String WATCHED =
      """
      window.sawSayings = [];
      new MutationObserver(() => {
        window.sawSayings.push(document.querySelector('.sayings').innerText);
      }).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
      """;

  private static final String NUMBERS =
      "WITH RECURSIVE numbers(value) AS (VALUES (1001) UNION ALL SELECT value + 1 FROM numbers"
          + " WHERE value < 1060) ";

  @RegisterExtension final Evidence evidence = new Evidence();
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
    here = evidence.of("here", new Chromium(folder.resolve("here")));
    open(here, one, "here");
    there = evidence.of("there", new Chromium(folder.resolve("there")));
    open(there, other, "there");
  }

  private void open(Browser browser, Distribution node, String name) throws Exception {
    evidence.log("node " + name, node::log);
    browser.size(1280, 860);
    browser.open(node.link());
    browser.awaits("the page", "document.querySelector('main h1, main .row')");
  }

  @AfterAll
  void stop() throws Exception {
    Closing.all(here, there, one, other, service);
  }

  @Test
  @Order(1)
  void devicesAreJoinedSyncedAndCleanedByTheirPages() throws Exception {
    go(here, "pairing");
    press(here, "Show a code");
    here.awaits("the code", "document.querySelector('main .code')?.innerText.trim()");
    here.awaits("its picture", "document.querySelector('svg.qr path')?.getAttribute('d')");
    String code =
        here.run("return document.querySelector('main .code').innerText.trim();").asText();
    picture(here, "code");

    go(there, "pairing");
    there.awaits("the field", "document.querySelector('main input')");
    there.run("document.querySelector('main input').focus();");
    there.press(code);
    press(there, "Join");
    there.awaits("the end", "document.querySelector('main .good')");
    assertThat(text(there)).contains("is now in the account of").doesNotContain("account of .");
    go(there, "devices");
    there.awaits("the sync", "/In sync since/.test(document.querySelector('main').innerText)");
    there.awaits(
        "all visits",
        "document.querySelector('main').innerText.includes('Holds " + VISITS + " visits')");
    picture(there, "devices");

    go(here, "timeline");
    go(there, "timeline");
    here.awaits("the timeline", "document.querySelector('.row .title')");
    String title =
        here.run("return document.querySelector('.row .title').innerText.trim();").asText();
    String row = "[...document.querySelectorAll('.row')].find(r => r.innerText.includes(given[0]))";
    there.awaits("the same visit", row, title);
    there.awaits(
        "a filter by the devices that came",
        "document.querySelector('.filters').innerText.includes('All devices')");
    // What can be done with a row is there when the pointer is.
    here.awaits(
        "the row under the pointer",
        "(found => found?.dispatchEvent(new PointerEvent('pointerenter')))(" + row + ")",
        title);
    here.click("its deletion", row + "?.querySelector('[aria-label^=Delete]')", title);
    here.awaits("its end here", "!" + row, title);
    there.awaits("its end there", "!" + row, title);
    press(here, "Undo");
    there.awaits("its return", row, title);

    other.kill();
    there.awaits("the loss", "document.querySelector('[role=alert]')");
    assertThat(there.run("return " + "!!" + row + ";", title).asBoolean()).isTrue();
    picture(there, "lost");
    other.startAgain();
    there.awaits("the return", "!document.querySelector('[role=alert]')");
  }

  @Test
  @Order(2)
  void aFileThatIsDroppedIsImportedAndArrivesOnTheOtherDevice() throws Exception {
    go(there, "devices");
    there.awaits("the device", "document.querySelector('main ul.cards .card')");
    there.run(WATCHED);
    go(here, "imports");
    here.awaits("a place for files", "document.querySelector('.drop')");
    here.run(DROPPED, "dropped.example", 20_000);
    here.awaits(
        "its end",
        "[...document.querySelectorAll('.card')].some(c => /Done: 20,000 visits/.test(c.innerText))");
    assertThat(here.run("return window.sawProgress.length;").asInt()).isPositive();
    assertThat(text(here)).contains("\ndropped.example.ndjson\n").doesNotContain("/tmp/");
    picture(here, "dropped");
    // A search answers for the moment in which it is asked, so all of them have to be there.
    holds(there, VISITS + 20_000);
    there.awaits("the end", "/have all of each other/.test(window.sawSayings.join())");
    picture(there, "synced");
    go(there, "search?q=site:dropped.example");
    there.awaits("them there", "document.querySelector('.result')");
  }

  @Test
  @Order(3)
  void operatorsOfASearchAreChipsThatCanBeTakenOff() {
    go(here, "search?q=" + "site:dropped.example%20title:dropped");
    here.awaits("results", "document.querySelector('.result mark')");
    int chips = here.run("return document.querySelectorAll('button.chip').length;").asInt();
    assertThat(chips).isPositive();
    here.click("a chip", "document.querySelector('button.chip')");
    here.awaits("one less", "document.querySelectorAll('button.chip').length === " + (chips - 1));
    assertThat(here.run("return location.hash;").asText()).doesNotContain("site");
  }

  @Test
  @Order(4)
  void aRuleIsSeenBeforeItIsMadeAndAppliedAndRemoved() throws Exception {
    go(here, "rules");
    here.awaits("a form", "document.querySelector('main form select')");
    fill(here, "main form label.grow input", "dropped.example");
    here.awaits("what it hits", "/dropped/i.test(document.querySelector('.hits').innerText)");
    picture(here, "rule");
    press(here, "Add the rule");
    here.awaits(
        "the rule",
        "[...document.querySelectorAll('main li')].some(l => l.innerText.includes('dropped.example')"
            + " && l.querySelector('button'))");
    press(here, "See what would go");
    here.awaits(
        "what would go",
        "/20,000 visits/.test(document.querySelector('dialog[open]')?.innerText ?? '')");
    picture(here, "apply");
    here.click("the answer", "document.querySelector('dialog[open] .danger')");
    go(here, "devices");
    holds(here, VISITS);
    go(there, "devices");
    holds(there, VISITS);
    go(there, "timeline?kind=deleted");
    there.awaits("what was deleted", "/visits that were deleted/.test(main().innerText)");
    assertThat(text(there)).doesNotContain("dropped.example");
    picture(there, "deleted");
    go(here, "deleted");
    here.awaits("how far it is", "document.querySelector('main .cards .card p')");
    looksRight(here, "deletions");
    go(there, "rules");
    there.awaits("the rule there, too", "/dropped.example/.test(main().innerText)");
    go(here, "rules");
    String remove =
        "[...document.querySelectorAll('main li')].find(l => l.innerText.includes('dropped.example'))"
            + "?.querySelector('button')";
    here.click("its removal", remove);
    here.awaits("none here", "!/dropped.example/.test(main().innerText)");
    there.awaits("none there", "!/dropped.example/.test(main().innerText)");
  }

  @Test
  @Order(5)
  void aSettingIsRefusedWithTheReasonAndStored() {
    go(here, "parts");
    openSettings(here, "importer.browser");
    fill(here, settingField("intervalMillis"), "5");
    here.run("document.querySelector('dialog[open] form').noValidate = true;");
    press(here, "Save");
    here.awaits(
        "the reason",
        "/100/.test(document.querySelector('dialog[open] [role=alert]')?.innerText ?? '')");
    fill(here, settingField("intervalMillis"), "2000");
    press(here, "Save");
    here.awaits("the dialog closed", "!document.querySelector('dialog[open]')");
    openSettings(here, "importer.browser");
    here.awaits(
        "the value",
        "document.querySelector(given[0]).value === '2000'",
        settingField("intervalMillis"));
    here.press("\uE00C");
    here.awaits("the dialog closed", "!document.querySelector('dialog[open]')");
  }

  private static String settingField(String key) {
    return "dialog[open] [aria-describedby=about-" + key + "]";
  }

  private static void openSettings(Browser browser, String part) {
    String button =
        "document.querySelector('main button[aria-label*=\"' + given[0] + '\"][aria-label^=Settings]')";
    browser.click("its button", button, part);
    browser.awaits("its settings", "document.querySelector('dialog[open] .setting')");
  }

  @Test
  @Order(6)
  void aDeviceIsRenamedAndImportsArePausedAndResumed() {
    go(here, "devices");
    here.click("itself", "document.querySelector('main .card button[aria-label]')");
    fill(here, "dialog[open] input", "Kitchen laptop");
    press(here, "Save");
    here.awaits("the name", "/Kitchen laptop/.test(main().innerText)");
    go(there, "devices");
    there.awaits("the name there", "/Kitchen laptop/.test(main().innerText)");
    press(here, "Pause");
    here.click("the answer", "document.querySelector('dialog[open] .primary')");
    String resume =
        "[...document.querySelectorAll('main button')].find(b => /^Paused until/.test(b.innerText))";
    here.click("a way back", resume);
    here.awaits("no pause", "!" + resume);
  }

  @Test
  @Order(7)
  void aStorageIsSwappedByAClickWhileVisitsCome() throws Exception {
    go(there, "parts");
    openSettings(there, "storage.memory");
    press(there, "Save");
    there.awaits("a second storage", "/standing by/.test(main().innerText)");
    String of = "document.querySelector('main button[aria-label=\"' + given[0] + '\"]')";
    there.awaits("the storage", of, "Stop storage.sqlite");
    go(here, "imports");
    here.awaits("a place for files", "document.querySelector('.drop')");
    here.run(DROPPED, "swapped.example", 20_000);
    there.click("another", of, "Swap storage.sqlite for another");
    there.awaits("the other storage", "document.querySelector('dialog[open] option')");
    looksRight(there, "swap");
    there.click("the answer", "document.querySelector('dialog[open] button.primary')");
    String said = "document.querySelector('dialog[open] [role=status]').innerText";
    there.awaits(
        "its end", "/does the work of org.chroniclesync.storage.sqlite/.test(" + said + ")");
    there.awaits("the session", "/ync/.test(document.querySelector('dialog[open] ul').innerText)");
    there.press("\uE00C");
    there.awaits("a way back", of, "Start storage.sqlite");
    picture(there, "swapped");
    go(there, "devices");
    there.awaits("the sync", "/In sync since/.test(main().innerText)");
    holds(there, VISITS + 20_000);
    go(there, "parts");
    there.click("its start", of, "Start storage.sqlite");
    there.awaits("it runs", of, "Stop storage.sqlite");
    go(there, "devices");
    holds(there, VISITS + 20_000);
    there.awaits("the sync", "/In sync since/.test(main().innerText)");
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
    there.awaits(
        "the question", "document.querySelector('input[name=deletions][value=keep]:checked')");
    there.click("the other", "document.querySelector('input[name=deletions][value=follow]')");
    there.awaits("the answer", "/Stored/.test(document.querySelector('.sayings').innerText)");
    there.awaits(
        "the choice", "document.querySelector('input[name=deletions][value=follow]:checked')");
    other.run("import");

    go(there, "imports");
    vanish(1031, 1060);
    there.awaits("the question", "/30 visits are not in this browser/.test(main().innerText)");
    picture(there, "vanished");
    press(there, "Delete on all devices");
    there.awaits("the end", "!/not in this browser/.test(main().innerText)");
    for (Browser each : List.of(here, there)) {
      go(each, "devices");
      holds(each, VISITS + 20_030);
    }

    go(there, "imports");
    vanish(1006, 1030);
    there.awaits("the question", "/25 visits are not in this browser/.test(main().innerText)");
    press(there, "Keep here");
    there.awaits("the end", "!/not in this browser/.test(main().innerText)");
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
    there.awaits("the device", forget);
    there.awaits("its absence", "!/In sync since/.test(main().innerText)");
    press(there, "Why does a device not show up?");
    String steps = "document.querySelectorAll('dialog[open] .steps li.' + given[0]).length";
    there.awaits("what is well", steps, "ok");
    there.awaits("what only the other device can say", steps, "open");
    assertThat(there.run("return " + steps + ";", "bad").asInt()).isZero();
    looksRight(there, "why");
    there.press("\uE00C");
    there.awaits("the dialog closed", "!document.querySelector('dialog[open]')");
    there.click("the device", forget);
    there.click("the answer", "document.querySelector('dialog[open] .danger')");
    there.awaits("nobody", "!" + forget);
    one.startAgain();
  }

  @Test
  @Order(10)
  void whyADeviceIsNotConnectedIsShownByWhatWasTried() throws Exception {
    go(there, "devices");
    there.awaits("the sync", "/In sync since/.test(main().innerText)");
    go(here, "parts");
    String of = "document.querySelector('main button[aria-label=\"' + given[0] + '\"]')";
    for (String transport : TRANSPORTS) {
      here.click(transport, of, "Stop " + transport);
      here.click("the answer", "document.querySelector('dialog[open] .danger')");
      here.awaits("its end", of, "Start " + transport);
    }
    there.click(
        "why",
        "[...document.querySelectorAll('main .card button')].find(b => b.innerText.trim() === 'Why?')");
    there.click("what was tried", "document.querySelector('dialog[open] .tried summary')");
    there.awaits("an attempt", "document.querySelector('dialog[open] .tried section p')");
    looksRight(there, "tried");
    there.press("\uE00C");
    for (String transport : TRANSPORTS) {
      here.click(transport, of, "Start " + transport);
      here.awaits("it runs", of, "Stop " + transport);
    }
    there.awaits("the sync", "/In sync since/.test(main().innerText)");
  }

  /** New words on one device, written down, and read by the camera of the other. */
  @Test
  @Order(11)
  void afterALossNewWordsAreMadeAndTheOtherDeviceReadsTheirCode() throws Exception {
    go(there, "pairing?by=loss");
    press(there, "Make new words");
    there.awaits("the warning", "document.querySelector('.steps-of .notice')");
    looksRight(there, "renew");
    press(there, "Make them now");
    String words = "[...document.querySelectorAll('.steps-of .words li')].map(w => w.innerText)";
    there.awaits("the words", words + ".length === 24");
    looksRight(there, "renewed");
    press(there, "I have written them down");
    there.awaits("no words", words + ".length === 0");
    there.click("a code", "document.querySelector('.steps-of button.primary')");
    String picture = "document.querySelector('.steps-of svg.qr path').getAttribute('d')";
    there.awaits("its picture", picture);

    Path seen = Video.of(there.run("return " + picture + ";").asText(), folder.resolve("seen.y4m"));
    here.close();
    here =
        evidence.of(
            "here again",
            new Chromium(
                folder.resolve("here-again"),
                "--use-fake-ui-for-media-stream",
                "--use-fake-device-for-media-stream",
                "--use-file-for-fake-video-capture=" + seen));
    here.size(1280, 860);
    here.open(one.link());
    here.awaits("the page", "document.querySelector('main h1, main .row')");
    go(here, "pairing");
    press(here, "Use the camera");
    here.awaits("the end", "/is now in the account of/.test(main().innerText)");
    there.awaits("that it was given", "/now has the words/.test(main().innerText)");
    for (Browser each : List.of(here, there)) {
      go(each, "devices");
      each.awaits("the sync", "/In sync since/.test(main().innerText)");
    }
  }

  /** Nothing that a person cannot use, in both themes; keeps what it looks like. */
  private static void looksRight(Browser browser, String name) throws Exception {
    browser.run(PageContract.script("/axe.min.js"));
    for (String theme : List.of("light", "dark")) {
      browser.run("document.documentElement.dataset.theme = given[0];", theme);
      browser.run("document.getAnimations().forEach(one => one.finish());");
      picture(browser, name + "-" + theme);
      assertThat(browser.run(PageContract.FINDINGS, "")).as(theme).isEmpty();
    }
    browser.run("delete document.documentElement.dataset.theme;");
  }

  /** Until the device says that it holds so many. */
  private static void holds(Browser browser, int visits) {
    String sentence = String.format(Locale.ROOT, "Holds %,d visits", visits);
    browser.awaits(sentence, "main().innerText.includes(given[0])", sentence);
  }

  private static void fill(Browser browser, String field, String text) {
    browser.awaits(field, "document.querySelector(given[0])", field);
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
    browser.click(label, button, label);
  }

  private static String text(Browser browser) {
    return browser.run("return document.querySelector('main').innerText;").asText();
  }

  private static void picture(Browser browser, String name) throws Exception {
    Files.createDirectories(PICTURES);
    Files.write(PICTURES.resolve(name + ".png"), browser.picture());
  }
}
