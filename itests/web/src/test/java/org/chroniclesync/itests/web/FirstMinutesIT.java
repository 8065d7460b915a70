// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import org.chroniclesync.itests.driver.Browser;
import org.chroniclesync.itests.driver.Chromium;
import org.chroniclesync.itests.driver.Evidence;
import org.chroniclesync.itests.harness.Closing;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** From a node that has nothing to the timeline, by files. */
@Timeout(600)
class FirstMinutesIT {
  /** The window in which one chooses a file is none of the page: it gives this one, as a choice. */
  private static final String CHOSEN =
      """
      HTMLInputElement.prototype.click = function () {
        const lines = [];
        for (let i = 0; i < given[1]; i++) {
          const at = Date.now() - 3600000 - i * 60000;
          lines.push(JSON.stringify({ url: `https://chosen.example/${i}`, title: `Chosen ${i}`, visitTime: at, visitId: `chosen-${i}`, referringVisitId: '0',
            transition: 'link', deviceId: 'cs-0000000000000000000000000000c0de', platform: 'Linux', userAgent: '', browserName: 'Firefox', browserVersion: '140.0', lastModified: at }));
        }
        const all = new DataTransfer();
        all.items.add(new File([given[1] < 0 ? 'no history' : lines.join('\\n')], given[0]));
        this.files = all.files;
        this.dispatchEvent(new Event('change', { bubbles: true }));
      };
      """;

  private static final String CHOOSE = "main().querySelector('.drop .button:not([disabled])')";

  @RegisterExtension final Evidence evidence = new Evidence();

  private Distribution node;
  private Browser browser;

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    assumeTrue(Chromium.isHere(), "this browser is not here");
    node = Distribution.start(folder.resolve("data"));
    evidence.log("node", node::log);
    browser = evidence.of("page", new Chromium(folder.resolve("profile")));
    browser.size(1280, 860);
    browser.open(node.link());
    browser.awaits(
        "the first page", "location.hash === '#/welcome' && main().querySelector('.drop')");
  }

  @AfterEach
  void stop() throws Exception {
    Closing.all(browser, node);
  }

  @Test
  void aFileThatIsChosenOnTheFirstPageLeadsToTheTimeline() {
    browser.run(CHOSEN, "chosen.ndjson", 30);
    browser.click("the button for files", CHOOSE);
    browser.awaits("what came of it", "main().textContent.includes('30 visits imported')");
    browser.awaits(
        "that they are here", "main().querySelector('.good')?.textContent.includes('30')");
    browser.click("the way on", "main().querySelector('.button.primary')");
    browser.awaits("the timeline", "document.querySelectorAll('.row .title').length >= 10");
    assertThat(browser.run("return document.querySelector('.row .title').textContent;").asText())
        .startsWith("Chosen");
  }

  @Test
  void anImportLeadsToTheTimelineAndAFileThatIsNoneSaysWhatItIs() {
    browser.run("location.hash = '#/imports';");
    browser.awaits("imports", "main().querySelector('h1').textContent === 'Imports'");
    browser.run(CHOSEN, "none.txt", -1);
    browser.click("the button for files", CHOOSE);
    browser.awaits("why nothing came of it", "main().querySelector('.card .bad, .card p.bad')");
    assertThat(
            browser
                .run("return !document.querySelector('main a[href=\"#/timeline\"]');")
                .asBoolean())
        .isTrue();
    browser.run(CHOSEN, "empty.csv", 0);
    browser.click("the button for files", CHOOSE);
    browser.awaits(
        "why it was not taken",
        "main().querySelector('.card .notice')?.textContent.includes('The file is empty.')");
    browser.run(CHOSEN, "chosen.ndjson", 12);
    browser.click("the button for files", CHOOSE);
    browser.click("the way on", "main().querySelector('a.button[href=\"#/timeline\"]')");
    browser.awaits("the timeline", "document.querySelectorAll('.row .title').length >= 10");
  }
}
