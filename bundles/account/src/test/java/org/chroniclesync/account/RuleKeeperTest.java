// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.chroniclesync.api.crypto.Tags;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.rules.Judge;
import org.chroniclesync.api.rules.Rule;
import org.chroniclesync.api.rules.Rules;
import org.chroniclesync.api.rules.Rules.Scope;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.support.text.Digests;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RuleKeeperTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Instant NOW = Instant.parse("2026-11-30T09:00:00Z");
  private static final DeviceId DEVICE = new DeviceId("cs-1");
  private static final Tags TAGS = tags("words of the account");

  private final StoredHistory history = new StoredHistory();
  private final AccountSettings shared = new AccountSettings(history, new SettingsHandler());
  private final RuleKeeper rules =
      new RuleKeeper(history, shared, TAGS, Clock.fixed(NOW, ZoneOffset.UTC));

  @AfterEach
  void stop() {
    rules.stop();
    shared.stop();
  }

  @ParameterizedTest
  @CsvSource({
    "host example.org, https://example.org/a, true",
    "host example.org, https://www.example.org/a, false",
    "host *.example.org, https://www.example.org/a, true",
    "host *.example.org, https://example.org:8080/, true",
    "host *.example.org, https://badexample.org/, false",
    "host EXAMPLE.org, https://u:p@Example.ORG./, true",
    "host bücher.example, https://xn--bcher-kva.example/, true",
    "pattern *://*/private/*, https://a.example/private/x, true",
    "pattern *://*/private/*, https://a.example/privates/x, false",
    "regex [0-9]{3}-secret, https://a.example/123-secret, true",
    "regex [0-9]{3}-secret, https://a.example/12-secret, false",
    "regex (?i)SECRET$, https://a.example/secret, true",
    "scheme ftp, ftp://a.example/, true",
    "scheme ftp, https://a.example/, false",
  })
  void aRuleLeavesOutWhatItSays(String rule, String url, boolean leftOut) throws Exception {
    assertThat(rules.add(Rule.parse(rule), Scope.DEVICE)).isTrue();
    assertThat(rules.judge().leavesOut(url, (double) NOW.toEpochMilli(), DEVICE).isPresent())
        .isEqualTo(leftOut);
    assertThat(rules.add(Rule.parse(rule), Scope.DEVICE)).isFalse();
    assertThat(rules.remove(Rule.parse(rule), Scope.DEVICE)).isTrue();
    assertThat(rules.judge().leavesOut(url, (double) NOW.toEpochMilli(), DEVICE)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "host", "host a b", "host a/b", "regex (", "regex (a{1000}){1000}", "regex a{9}{9}",
        "scheme ftp:", "months 0", "months x", "months 5 planet mars", "secrets cut", "nonsense x",
        "regex (?=a)"
      })
  void aRuleThatMakesNoSenseIsRefusedWithAWord(String rule) {
    assertThatThrownBy(() -> rules.add(Rule.parse(rule), Scope.ACCOUNT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching("(?s).{20,}");
  }

  @Test
  void theShorterAndTheNearerRetentionCounts() throws Exception {
    rules.add(Rule.parse("months 12"), Scope.ACCOUNT);
    rules.add(Rule.parse("months 24"), Scope.DEVICE);
    rules.add(Rule.parse("months 36 host *.keep.example"), Scope.ACCOUNT);
    rules.add(Rule.parse("months 1 device cs-2"), Scope.ACCOUNT);
    assertThat(isOld("https://a.example/", "2025-12-01T00:00:00Z", "cs-1")).isFalse();
    assertThat(isOld("https://a.example/", "2025-11-29T00:00:00Z", "cs-1")).isTrue();
    assertThat(isOld("https://a.example/", "2026-10-29T00:00:00Z", "cs-2")).isTrue();
    assertThat(isOld("https://x.keep.example/", "2024-01-01T00:00:00Z", "cs-2")).isFalse();
    assertThat(isOld("https://x.keep.example/", "2023-01-01T00:00:00Z", "cs-1")).isTrue();
  }

  private boolean isOld(String url, String when, String device) throws Exception {
    return rules
        .judge()
        .leavesOut(url, (double) Instant.parse(when).toEpochMilli(), new DeviceId(device))
        .isPresent();
  }

  @Test
  void aRuleThatIsBeingTypedIsJudgedAlone() throws Exception {
    rules.add(Rule.parse("host standing.example"), Scope.ACCOUNT);
    Rule typed = Rule.parse("regex secret/[0-9]+");
    Judge judge = rules.judge(typed);
    DeviceId device = new DeviceId("cs-1");
    assertThat(judge.leavesOut("https://a.example/secret/7", 0, device)).contains(typed);
    assertThat(judge.leavesOut("https://standing.example/", 0, device)).isEmpty();
    assertThat(rules.all()).hasSize(1);
    assertThatThrownBy(() -> rules.judge(Rule.parse("regex (")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatComesIsJudgedByTheAccountAlone() throws Exception {
    rules.add(Rule.parse("host device.example"), Scope.DEVICE);
    rules.add(Rule.parse("host account.example"), Scope.ACCOUNT);
    Entry ofDevice = StoredHistory.visit("v1", "1", "https://device.example/", 5);
    Entry ofAccount = StoredHistory.visit("v1", "2", "https://account.example/", 5);
    Entry secret = StoredHistory.visit("v1", "3", "https://a.example/?access_token=x", 5);
    assertThat(rules.apply(ofDevice)).isSameAs(ofDevice);
    Entry tombstone = rules.apply(ofAccount);
    assertThat(tombstone.deleted()).isTrue();
    assertThat(tombstone.title()).isEmpty();
    assertThat(tombstone.lastModifiedMillis()).isEqualTo(6);
    assertThat(rules.apply(tombstone)).isSameAs(tombstone);
    Entry cut = rules.apply(secret);
    assertThat(cut.url()).isEqualTo("https://a.example/?access_token=");
    assertThat(rules.apply(cut)).isSameAs(cut);
    rules.add(Rule.parse("secrets keep"), Scope.ACCOUNT);
    assertThat(rules.apply(secret)).isSameAs(secret);
    rules.remove(Rule.parse("host account.example"), Scope.ACCOUNT);
    assertThat(rules.apply(ofAccount)).isSameAs(ofAccount);
  }

  @Test
  void whatIsThereIsPreviewedThenDeletedInSteps() throws Exception {
    List<Entry> visits = new ArrayList<>();
    for (int i = 0; i < 2_500; i++) {
      String host = i % 2 == 0 ? "out.example" : "in.example";
      visits.add(StoredHistory.visit("cs-own", "o" + i, "https://" + host + "/" + i, i + 1));
      visits.add(StoredHistory.visit("other", "x" + i, "https://" + host + "/" + i, i + 1));
    }
    visits.add(StoredHistory.visit("other", "s", "https://a.example/?access_token=x", 1));
    history.merge(new Batch(visits, null, Map.of("import/cs-own", "2 1 1 1 x")));
    Rule rule = Rule.parse("host out.example");
    rules.add(rule, Scope.DEVICE);
    assertThat(rules.preview().deleted()).containsOnly(Map.entry(rule, 1_250L));
    assertThat(rules.preview().cut()).isEqualTo(1);
    rules.add(rule, Scope.ACCOUNT);
    assertThat(rules.preview().visits()).isEqualTo(2_500);
    assertThat(history.standing().values().stream().filter(Entry::deleted)).isEmpty();
    Rules.Applied applied = rules.apply();
    assertThat(applied.cut()).isEqualTo(1);
    assertThat(applied.deletion().now().visits()).isEqualTo(2_500);
    assertThat(applied.deletion().now().undoUntil()).isNotNull();
    assertThat(history.standing().values().stream().filter(Entry::deleted)).hasSize(2_500);
    assertThat(history.standing().values())
        .noneMatch(entry -> !entry.deleted() && entry.url().contains("out.example"))
        .noneMatch(entry -> entry.url().contains("token=x"));
    assertThat(rules.apply().deletion().now().visits()).isZero();
    assertThat(rules.preview().cut()).isZero();
  }

  @Test
  void whatIsTooOldGoesByItself() throws Exception {
    List<Entry> visits = new ArrayList<>();
    long old = Instant.parse("2024-01-01T00:00:00Z").toEpochMilli();
    for (int i = 0; i < 3_000; i++) {
      // All at one moment: more than a step has.
      visits.add(StoredHistory.visit("other", "a" + i, "https://a.example/" + i, old));
    }
    visits.add(StoredHistory.visit("other", "new", "https://a.example/", NOW.toEpochMilli() - 1));
    history.merge(Batch.of(visits));
    rules.start();
    rules.add(Rule.parse("months 12"), Scope.ACCOUNT);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(history.standing().values().stream().filter(one -> !one.deleted()))
                    .hasSize(1));
    assertThat(history.deletions().all()).as("it can be undone, once").hasSize(1);
  }

  @Test
  void rulesAreKeptAndBounded() throws Exception {
    for (Scope scope : Scope.values()) {
      for (int i = 0; i < 256; i++) {
        rules.add(new Rule(Rule.Kind.HOST, "h" + i + ".example"), scope);
      }
      assertThatThrownBy(() -> rules.add(Rule.parse("host one.more"), scope))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("remove some");
    }
    assertThat(RuleKeeper.namedBy(TAGS, history, shared).all()).hasSize(512);
    String before = rules.judge().digest();
    rules.remove(Rule.parse("host h7.example"), Scope.DEVICE);
    assertThat(rules.judge().digest()).as("the account has it still").isEqualTo(before);
    rules.remove(Rule.parse("host h7.example"), Scope.ACCOUNT);
    assertThat(rules.judge().digest()).isNotEqualTo(before);
    assertThat(rules.add(Rule.parse("host one.more"), Scope.DEVICE)).isTrue();
  }

  @Test
  void aRuleOfALaterVersionDoesNothing() throws Exception {
    shared.put("rule/x", "weather rain");
    shared.put("rule/y", "host a.example");
    assertThat(rules.all()).hasSize(1);
    assertThat(rules.judge().leavesOut("https://a.example/", 1, DEVICE)).isPresent();
  }

  @Test
  void theKeyOfARuleTellsNobodyWhoGuessesIt() throws Exception {
    Rule rule = Rule.parse("host *.bank.example");
    rules.add(rule, Scope.ACCOUNT);
    String key = shared.all("rule/").keySet().iterator().next();
    assertThat(key).matches("rule/[0-9a-f]{32}");
    assertThat(key).doesNotContain(Digests.sha256Hex(rule.toString()).substring(0, 8));
    rules.remove(rule, Scope.ACCOUNT);
    RuleKeeper.namedBy(tags("other words"), history, shared).add(rule, Scope.ACCOUNT);
    assertThat(shared.all("rule/").keySet()).doesNotContain(key).hasSize(1);
  }

  @Test
  void aRuleIsRemovedUnderWhateverKeysItStands() throws Exception {
    Rule rule = Rule.parse("host *.bank.example");
    String text = rule.toString();
    // Of earlier versions, of earlier words, and the present one.
    shared.put("rule/" + Digests.sha256Hex(text).substring(0, 32), text);
    RuleKeeper.namedBy(tags("earlier words"), history, shared).add(rule, Scope.ACCOUNT);
    shared.put("rule/0123456789abcdef0123456789abcdef", text);
    assertThat(rules.all()).hasSize(1);
    assertThat(rules.remove(rule, Scope.ACCOUNT)).isTrue();
    assertThat(rules.all()).isEmpty();
    assertThat(shared.all("rule/")).isEmpty();
  }

  private static Tags tags(String words) {
    return (purpose, text) ->
        HexFormat.of().parseHex(Digests.sha256Hex(words + purpose + text).substring(0, 32));
  }
}
