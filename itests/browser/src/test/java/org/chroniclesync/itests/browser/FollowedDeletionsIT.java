// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.chroniclesync.itests.driver.Chromium;
import org.chroniclesync.itests.driver.Firefox;
import org.chroniclesync.itests.harness.Closing;
import org.chroniclesync.itests.harness.DiscoveryService;
import org.chroniclesync.itests.harness.NodeUnderTest;
import org.chroniclesync.itests.harness.Visit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a person deletes in a real browser is gone on two devices if it is to follow, and stays on a
 * device that keeps it. What the browser drops by itself stays on all.
 */
@Timeout(1_200)
class FollowedDeletionsIT {
  private static final String MNEMONIC = "abandon ".repeat(23) + "art";
  private static final String OTHER_MNEMONIC =
      "agree warfare adapt donate alpha meat someone head alcohol staff cart spirit blade cactus"
          + " weekend goat dial gallery never current champion submit meat acoustic";
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** In no order of time, with one that Chromium drops; Firefox drops the oldest of too many. */
  private static final String TOO_OLD = "http://old.example/long-ago";

  private static final Map<String, Integer> OLD =
      Map.of("http://old.example/spring", 40, "http://old.example/autumn", 20, TOO_OLD, 120);
  private static final List<String> NEW =
      List.of(
          "http://one.example/kept",
          "http://one.example/deleted",
          "http://forgotten.example/1",
          "http://forgotten.example/2",
          "http://one.example/later");

  @TempDir static Path shared;
  private static DiscoveryService service;

  @TempDir Path folder;

  @BeforeAll
  static void open() throws Exception {
    service = DiscoveryService.start(shared.resolve("discovery"));
  }

  @AfterAll
  static void close() throws Exception {
    Closing.all(service);
  }

  @Test
  void chromium() throws Exception {
    assumeTrue(Chromium.isHere(), "no Chromium here; install chromium and chromium-driver");
    try (Web web = new Web();
        Person person = ChromiumPerson.with(folder.resolve("profile"), web, OLD)) {
      follow(person);
    }
  }

  @Test
  void firefox() throws Exception {
    assumeTrue(Firefox.isHere(), "no Firefox here; install firefox-esr");
    try (Web web = new Web();
        Person person = FirefoxPerson.with(folder.resolve("profile"), web, OLD)) {
      follow(person);
    }
  }

  private void follow(Person person) throws Exception {
    try (NodeUnderTest here = node("here", MNEMONIC, person, "follow");
        NodeUnderTest there =
            NodeUnderTest.in(folder.resolve("there"), MNEMONIC).discovery(service.url()).start();
        NodeUnderTest keeper = node("keeper", OTHER_MNEMONIC, person, "keep")) {
      expect(OLD.keySet(), here);
      expect(OLD.keySet(), keeper);
      person.begin();
      NEW.forEach(person::visit);
      Set<String> all = new TreeSet<>(OLD.keySet());
      all.addAll(NEW);
      Set<String> left = new TreeSet<>(all);
      expect(left, here, there);
      expect(all, keeper);

      person.deletePage("http://one.example/deleted");
      person.forgetSite("forgotten.example");
      person.expire(TOO_OLD);
      assertThat(person.history()).doesNotContain(TOO_OLD).contains("http://one.example/later");
      left.removeIf(address -> address.matches(".*(/deleted|forgotten).*"));
      expect(left, here, there);

      person.clearTheLastHour();
      left.retainAll(OLD.keySet());
      expect(left, here, there);
      assertThat(person.history()).doesNotContainAnyElementsOf(NEW);
      expect(all, keeper);
      assertThat(here.command("profiles")).doesNotContain("vanished");
    }
  }

  private NodeUnderTest node(String name, String mnemonic, Person person, String deletions)
      throws Exception {
    return NodeUnderTest.in(folder.resolve(name), mnemonic)
        .discovery(service.url())
        .set(
            "org.chroniclesync.importer.browser",
            "profiles",
            new String[] {person.profile().toString()})
        .set("org.chroniclesync.importer.browser", "deletions", deletions)
        .start();
  }

  /** Has each read its browsers until it holds these visits and no others. */
  private static void expect(Set<String> addresses, NodeUnderTest... nodes) {
    for (NodeUnderTest node : nodes) {
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(200))
          .untilAsserted(
              () -> {
                nodes[0].command("import");
                assertThat(standing(node)).isEqualTo(addresses);
              });
    }
  }

  private static Set<String> standing(NodeUnderTest node) {
    return node.visits().values().stream()
        .filter(visit -> !visit.deleted())
        .map(Visit::url)
        .filter(address -> Stream.of("one.", "forgotten.", "old.").anyMatch(address::contains))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
