// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.chroniclesync.itests.driver.Browser;
import org.chroniclesync.itests.driver.Chromium;
import org.chroniclesync.itests.driver.Evidence;
import org.chroniclesync.itests.harness.DiscoveryService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A sync that is watched on the page, from nothing to its end. */
@Timeout(900)
class WatchedSyncIT {
  private static final String WORDS =
      "legal winner thank year wave sausage worth useful ".repeat(3).strip();

  /** So many take long enough, on each machine, for how far it is to be seen. */
  private static final int VISITS = 200_000;

  /** Keeps how far the sync was at each moment, and what was said. */
  private static final String WATCHED =
      """
      window.sawSync = [];
      window.sawTexts = [];
      window.sawSayings = [];
      new MutationObserver(() => {
        const bar = document.querySelector('main .cards progress');
        if (bar?.hasAttribute('value')) {
          window.sawSync.push(bar.value / bar.max);
          window.sawTexts.push(bar.closest('.card').innerText);
        }
        window.sawSayings.push(document.querySelector('.sayings').innerText);
      }).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
      """;

  @RegisterExtension final Evidence evidence = new Evidence();
  @TempDir Path folder;

  @Test
  void howFarAFirstSyncIsIsShownToItsEnd() throws Exception {
    assumeTrue(Chromium.isHere(), "this browser is not here");
    try (DiscoveryService service = DiscoveryService.start(folder.resolve("discovery"));
        Distribution sender = node("sender", service);
        Distribution receiver = node("receiver", service);
        Browser page = evidence.of("page", new Chromium(folder.resolve("page")))) {
      evidence.log("receiver", receiver::log);
      sender.importSample(1);
      page.open(receiver.link());
      page.awaits("the page", "document.querySelector('main h1, main .row')");
      page.run("location.hash = '#/devices';");
      page.awaits("the device", "/In sync since/.test(document.querySelector('main').innerText)");
      receiver.kill();
      sender.importSample(VISITS);
      page.awaits("the loss", "document.querySelector('[role=alert]')");
      page.run(WATCHED);

      receiver.startAgain();

      page.awaits(
          "all visits",
          "document.querySelector('main').innerText.includes(given[0])",
          "Holds %,d visits".formatted(VISITS));
      page.awaits("what is said", "/have all of each other/.test(window.sawSayings.join())");
      JsonNode saw = page.run("return window.sawSync;");
      assertThat(saw).isNotEmpty().allMatch(part -> part.asDouble() >= 0 && part.asDouble() <= 1);
      assertThat(page.run("return window.sawTexts.join();").asText()).contains(" of ");
    }
  }

  private Distribution node(String name, DiscoveryService service) throws IOException {
    Path data = folder.resolve(name);
    Path account = Files.createDirectories(data.resolve("account"));
    Path words = Files.writeString(account.resolve("mnemonic"), WORDS);
    Files.setPosixFilePermissions(account, PosixFilePermissions.fromString("rwx------"));
    Files.setPosixFilePermissions(words, PosixFilePermissions.fromString("rw-------"));
    return Distribution.start(data, "--discovery", service.url());
  }
}
