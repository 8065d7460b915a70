// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.chroniclesync.itests.driver.Browser;
import org.chroniclesync.itests.driver.Chromium;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The pictures of the documentation, of a history such as somebody could have. They land in {@code
 * target/pictures}; {@code .ci/pictures} takes them over into {@code docs/pictures}.
 */
@Timeout(600)
class PicturesIT {
  private static final Path PICTURES = Path.of("target/pictures");
  private static final int MAX_BYTES = 120_000;
  private static final int DAYS = 300;
  private static final ObjectMapper JSON = new ObjectMapper();

  private record Site(String host, String name, List<String> titles) {}

  private record Device(String id, String name, String platform, String browser) {}

  private static final List<Device> DEVICES =
      List.of(
          new Device("cs-00000000000000000000000000000001", "Laptop", "Linux", "Firefox"),
          new Device("cs-00000000000000000000000000000002", "Phone", "Android", "Chrome"),
          new Device("cs-00000000000000000000000000000003", "Desk at work", "Windows", "Edge"));

  private static final List<Site> SITES =
      List.of(
          site(
              "en.wikipedia.org",
              "Wikipedia",
              "Lighthouse",
              "History of the bicycle",
              "Aurora",
              "Sourdough",
              "Night train",
              "Glacier"),
          site(
              "www.openstreetmap.org",
              "OpenStreetMap",
              "Way: Harbour Walk",
              "Node: Old Mill",
              "Directions by bicycle"),
          site(
              "recipes.example",
              "Good Kitchen",
              "Onion tart with thyme",
              "Lentil soup in half an hour",
              "Bread with walnuts",
              "Plum cake from the tin"),
          site(
              "docs.example.org",
              "Handbook",
              "Transactions and isolation",
              "Write-ahead logging",
              "Full-text search",
              "Release notes 3.51"),
          site(
              "news.example",
              "Daily Harbour",
              "Bridge reopens after two years",
              "Ferry runs on batteries from spring",
              "Why the owls came back",
              "Library opens on Sundays"),
          site(
              "trains.example",
              "Night trains",
              "Vienna to Venice by night",
              "Timetable: Zürich–Hamburg",
              "Seats and couchettes"),
          site(
              "code.example",
              "Code",
              "Pull request: retry with a bound",
              "Issue: search finds accents",
              "Actions: build passed"),
          site("garden.example", "Garden diary", "Sowing tomatoes in March", "Roses: when to cut"),
          site("mail.example", "Mail", "Inbox", "Tickets for Saturday"),
          site("weather.example", "Weather", "Wind from the west", "Rain radar"));

  private static Site site(String host, String name, String... titles) {
    return new Site(host, name, List.of(titles));
  }

  @Test
  void ofWhatAPersonSees(@TempDir Path folder) throws Exception {
    assumeTrue(Chromium.isHere(), "this browser is not here");
    Path history = Files.write(folder.resolve("history.ndjson"), history());
    try (Distribution node = Distribution.start(folder.resolve("data"));
        Browser browser = new Chromium(folder.resolve("profile"))) {
      node.run("import", history.toString());
      browser.size(1120, 580);
      browser.open(node.link());
      browser.awaits("what is to be seen", "document.querySelector('.row .title')");
      for (Device device : DEVICES) {
        browser.run(
            """
            await fetch(`/api/v1/devices/${given[0]}/rename`, { method: 'POST', headers: { 'X-ChronicleSync': localStorage.getItem('key') ?? '1', 'Content-Type': 'application/json' },
              body: JSON.stringify({ name: given[1] }) });
            """,
            device.id(),
            device.name());
      }
      take(browser, node, "timeline", "light", "timeline", ".row .title");
      take(browser, node, "search", "light", "search?q=night%20train", ".result mark");
      take(browser, node, "insights", "dark", "insights", "svg rect");
      browser.size(360, 680);
      take(browser, node, "timeline-phone", "dark", "timeline", ".row .title");
      take(browser, node, "search-phone", "light", "search?q=title:bridge", ".result");
    }
    try (var pictures = Files.list(PICTURES)) {
      assertThat(pictures)
          .hasSize(5)
          .allSatisfy(
              picture -> assertThat(Files.size(picture)).isBetween(5_000L, (long) MAX_BYTES));
    }
  }

  /** The same each time, but for today. */
  private static List<String> history() {
    Random random = new Random(7);
    Instant today = Instant.now().truncatedTo(ChronoUnit.MINUTES);
    List<String> lines = new ArrayList<>();
    for (int day = 0; day < DAYS; day++) {
      int visits = 3 + random.nextInt(14);
      for (int i = 0; i < visits; i++) {
        Site site = SITES.get((int) (Math.abs(random.nextGaussian()) * 4) % SITES.size());
        int title = random.nextInt(site.titles().size());
        Device device = DEVICES.get((int) (Math.abs(random.nextGaussian()) * 1.6) % DEVICES.size());
        long at =
            today
                .minus(day, ChronoUnit.DAYS)
                .minus(random.nextInt(14 * 60), ChronoUnit.MINUTES)
                .toEpochMilli();
        lines.add(line(site, title, device, at, day * 100 + i));
      }
    }
    return lines;
  }

  private static String line(Site site, int title, Device device, long at, int number) {
    String path = site.titles().get(title).toLowerCase(java.util.Locale.ROOT);
    return JSON.createObjectNode()
        .put("url", "https://" + site.host() + "/" + path.replaceAll("[^a-z0-9]+", "-"))
        .put("title", site.titles().get(title) + " – " + site.name())
        .put("visitTime", (double) at)
        .put("visitId", "picture-" + number)
        .put("referringVisitId", "0")
        .put("transition", number % 5 == 0 ? "typed" : "link")
        .put("deviceId", device.id())
        .put("platform", device.platform())
        .put("userAgent", "")
        .put("browserName", device.browser())
        .put("browserVersion", "140.0")
        .put("lastModified", at)
        .toString();
  }

  private static void take(
      Browser browser, Distribution node, String name, String theme, String page, String there)
      throws Exception {
    browser.open("about:blank");
    browser.open(node.address() + "#/" + page);
    browser.run("localStorage.setItem('theme', given[0]);", theme);
    browser.open("about:blank");
    browser.open(node.address() + "#/" + page);
    browser.awaits("what is to be seen", "document.querySelector('main " + there + "')");
    browser.run(
        """
        let before = '';
        for (let same = 0, step = 0; same < 4 && step < 200; step++) {
          await new Promise(resolve => setTimeout(resolve, 50));
          same = document.body.innerHTML === before && !document.querySelector('.skeleton, .waiting') ? same + 1 : 0;
          before = document.body.innerHTML;
        }
        """);
    Files.createDirectories(PICTURES);
    Files.write(PICTURES.resolve(name + ".png"), browser.picture());
  }
}
