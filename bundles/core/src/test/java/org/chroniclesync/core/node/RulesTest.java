// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.chroniclesync.account.AccountSettings;
import org.chroniclesync.account.RuleKeeper;
import org.chroniclesync.account.SettingsHandler;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.rules.Rule;
import org.chroniclesync.api.rules.Rules.Scope;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.sync.DeletionWork;
import org.chroniclesync.core.TestStores;
import org.chroniclesync.core.Visits;
import org.chroniclesync.testkits.network.MemoryNetwork;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whole nodes and the rules of their account. */
@Timeout(600)
class RulesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Rule RULE = Rule.parse("host *.out.example");

  private final MemoryNetwork network = new MemoryNetwork();
  private final List<Device> devices = new ArrayList<>();

  /** A node with rules. */
  private final class Device {
    final HistoryStore store;
    final Fixture node;
    final AccountSettings settings;
    final RuleKeeper rules;

    Device(String name) {
      this(name, TestStores.inMemory());
    }

    Device(String name, HistoryStore store) {
      this.store = store;
      node = new Fixture(network, name, "secret", store);
      SettingsHandler handler = new SettingsHandler();
      node.add("settings", handler);
      settings = new AccountSettings(node.node, handler);
      rules =
          RuleKeeper.namedBy(
              (purpose, text) -> text.getBytes(StandardCharsets.UTF_8), node.node, settings);
      node.add(rules);
      node.start();
      settings.start();
      rules.start();
      devices.add(this);
    }

    void stop() throws InterruptedException {
      devices.remove(this);
      rules.stop();
      settings.stop();
      node.close();
    }

    boolean hasRule() {
      try {
        return !rules.all().isEmpty();
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }
  }

  @AfterEach
  void stop() throws InterruptedException {
    for (Device device : List.copyOf(devices)) {
      device.stop();
    }
  }

  private static Entry visit(String device, int id, String url) {
    return Visits.visit(device, device + id, url, "title " + id, id, id);
  }

  private static boolean isEqual(HistoryStore... stores) {
    for (HistoryStore store : stores) {
      if (!TestStores.held(store).equals(TestStores.held(stores[0]))) {
        return false;
      }
    }
    return true;
  }

  @Test
  void aRuleTravelsAlsoToADeviceThatComesLater() throws Exception {
    Device laptop = new Device("a-laptop");
    Device phone = new Device("b-phone");
    await().atMost(PATIENCE).until(() -> laptop.node.isInSyncWith(phone.node));
    laptop.rules.add(RULE, Scope.ACCOUNT);
    await().atMost(PATIENCE).until(phone::hasRule);
    Device tablet = new Device("c-tablet");
    await().atMost(PATIENCE).until(tablet::hasRule);
    tablet.rules.remove(RULE, Scope.ACCOUNT);
    await().atMost(PATIENCE).until(() -> !laptop.hasRule() && !phone.hasRule());
  }

  @Test
  void whatANodeWithoutRulesSendsIsKeptByNobodyAndAllEndEqual() throws Exception {
    Device laptop = new Device("a-laptop");
    laptop.rules.add(RULE, Scope.ACCOUNT);
    HistoryStore old = TestStores.inMemory();
    List<Entry> visits = new ArrayList<>();
    for (int i = 1; i <= 50; i++) {
      String host = i % 2 == 0 ? "www.out.example" : "in.example";
      visits.add(visit("old", i, "https://" + host + "/?access_token=s" + i));
    }
    old.merge(Batch.of(visits));
    Fixture without = new Fixture(network, "b-old", "secret", old).start();
    Device tablet = new Device("c-tablet");
    try {
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  TestStores.held(old).values().stream().filter(Entry::deleted).count() == 25
                      && isEqual(old, laptop.store, tablet.store));
      assertThat(TestStores.held(tablet.store).values())
          .filteredOn(entry -> !entry.deleted())
          .hasSize(25)
          .allMatch(entry -> entry.url().equals("https://in.example/?access_token="));
      await()
          .atMost(PATIENCE)
          .until(() -> laptop.node.isInSyncWith(without) && tablet.node.isInSyncWith(without));
    } finally {
      without.close();
    }
  }

  @Test
  void aDeviceThatWasAwayLosesWhatWasAppliedMeanwhile() throws Exception {
    Device laptop = new Device("a-laptop");
    HistoryStore phones = TestStores.inMemory();
    Device phone = new Device("b-phone", phones);
    Entry out = visit("p", 1, "https://out.example/1");
    phone.node.node.merge(Batch.of(List.of(out, visit("p", 2, "https://in.example/2"))));
    await()
        .atMost(PATIENCE)
        .until(() -> isEqual(phones, laptop.store) && laptop.store.state().entries() == 2);
    phone.stop();
    laptop.rules.add(RULE, Scope.ACCOUNT);
    assertThat(laptop.rules.preview().visits()).isEqualTo(1);
    DeletionWork work = laptop.rules.apply().deletion();
    assertThat(work.await(Duration.ofSeconds(60))).isTrue();
    assertThat(work.now().visits()).isEqualTo(1);
    assertThat(work.now().number()).isEqualTo(1);
    phones.merge(Batch.of(List.of(visit("p", 3, "https://x.out.example/3"))));
    Device again = new Device("b-phone", phones);
    await().atMost(PATIENCE).until(again::hasRule);
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                isEqual(phones, laptop.store)
                    && TestStores.held(phones).values().stream().filter(Entry::deleted).count()
                        == 2);
  }

  @Test
  void whatIsRecordedHereAndLeftOutLeavesNoTrace() throws Exception {
    Device laptop = new Device("a-laptop");
    laptop.rules.add(RULE, Scope.ACCOUNT);
    laptop.node.node.merge(
        Batch.of(
            List.of(
                visit("l", 1, "https://out.example/"),
                visit("l", 2, "https://in.example/?sig=kHf93jDk29dkE02jdkE9"))));
    assertThat(TestStores.held(laptop.store).values())
        .extracting(Entry::url)
        .containsExactly("https://in.example/?sig=");
  }

  @Test
  void aRuleThatThrowsCostsNoEntryAndIsNamed() throws Exception {
    Fixture node = new Fixture(network, "a-laptop", "secret", TestStores.inMemory());
    HistoryStore store = node.takeStore();
    node.add(store);
    node.add(
        entry -> {
          throw new IllegalStateException("the rule is broken");
        });
    node.start();
    try {
      node.node.merge(Batch.of(List.of(visit("l", 1, "https://a.example/"))));
      assertThat(TestStores.held(store)).hasSize(1);
      assertThat(node.node.status().failures())
          .anyMatch(failure -> failure.what().contains("the rule is broken"));
    } finally {
      node.close();
    }
  }
}
