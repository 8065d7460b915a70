// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.chroniclesync.itests.driver.Browser;
import org.chroniclesync.itests.driver.Chromium;
import org.chroniclesync.itests.harness.DiscoveryService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person does with two devices, each with the page in a Chromium of its own. */
class TwoNodesPageIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int VISITS = 500;
  private static final Path PICTURES = Path.of("target/screenshots/TwoNodesPageIT");

  @TempDir Path folder;
  private DiscoveryService service;
  private Distribution one;
  private Distribution other;
  private Browser here;
  private Browser there;

  @BeforeEach
  void start() throws Exception {
    assumeTrue(Chromium.isHere(), "this browser is not here");
    service = DiscoveryService.start(folder.resolve("discovery"));
    one = Distribution.start(folder.resolve("one"), "--discovery", service.url());
    other = Distribution.start(folder.resolve("other"), "--discovery", service.url());
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

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : new AutoCloseable[] {here, there, one, other, service}) {
      if (each != null) {
        each.close();
      }
    }
  }

  @Test
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
          .until(() -> browser.run("return !!(" + condition + ");", given).asBoolean());
    } catch (org.awaitility.core.ConditionTimeoutException e) {
      throw new AssertionError(what + " did not come: " + text(browser), e);
    }
  }

  private static void picture(Browser browser, String name) throws Exception {
    Files.createDirectories(PICTURES);
    Files.write(PICTURES.resolve(name + ".png"), browser.picture());
  }
}
