// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.chroniclesync.account.AccountSettings;
import org.chroniclesync.account.PauseKeeper;
import org.chroniclesync.account.RuleKeeper;
import org.chroniclesync.account.SettingsHandler;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.UnknownFields;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.MergeResult;
import org.chroniclesync.api.storage.Selection;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.Deletions;
import org.chroniclesync.api.sync.History;
import org.chroniclesync.api.sync.Node.Watch;
import org.chroniclesync.storage.memory.MemoryHistoryStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The commands about what is kept, with the real rules. */
class RulesCommandsTest {
  private final MemoryHistoryStore store = new MemoryHistoryStore(1_000);
  private final FakeDeletions deletions = new FakeDeletions(FakeNode.DEVICE);
  private final ShellServices services = new ShellServices();
  private final RulesCommands commands = new RulesCommands(services);

  private final History history =
      new History() {
        @Override
        public MergeResult merge(Batch batch) throws StorageException {
          return store.merge(batch);
        }

        @Override
        public <R> R borrow(Operation<R> operation) throws StorageException {
          return operation.apply(store);
        }

        @Override
        public Deletions deletions() {
          return deletions;
        }

        @Override
        public Watch watch(Watcher watcher) {
          throw new UnsupportedOperationException("nobody watches here");
        }
      };

  @BeforeEach
  void bind() {
    AccountSettings settings = new AccountSettings(history, new SettingsHandler());
    services.bindRules(
        RuleKeeper.namedBy(
            (purpose, text) -> text.getBytes(StandardCharsets.UTF_8), history, settings));
    services.bindPause(new PauseKeeper(history));
  }

  private String rules(String... words) throws Exception {
    return commands.rules(Sessions.STRANGE, false, false, false, words);
  }

  @Test
  void rulesAreAddedListedTriedAndRemoved() throws Exception {
    assertThat(rules()).contains("There is no rule");
    assertThat(commands.rules(Sessions.STRANGE, false, true, false, "add", "host", "*.out.example"))
        .contains("the account");
    assertThat(rules("add", "pattern", "*://*/two", "words/*"))
        .contains("this device", "browsers of this device", "--account");
    assertThat(rules("list"))
        .isEqualTo("account  host *.out.example\ndevice   pattern *://*/two words/*");
    assertThat(rules("test", "https://www.out.example/"))
        .isEqualTo("Left out by: host *.out.example");
    assertThat(rules("test", "https://in.example/?access_token=x"))
        .isEqualTo("Stored without secrets: https://in.example/?access_token=");
    assertThat(rules("test", "https://in.example/")).isEqualTo("Stored as it is.");
    assertThat(
            commands.rules(Sessions.STRANGE, false, true, false, "remove", "host", "*.out.example"))
        .startsWith("Removed.");
    assertThat(rules("test", "https://www.out.example/")).isEqualTo("Stored as it is.");
  }

  @Test
  void whatCannotBeDoneIsSaid() {
    assertThatThrownBy(() -> rules("add", "host"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("host NAME");
    assertThatThrownBy(() -> rules("add", "bank.example"))
        .hasMessage("Say what it is: rules add host bank.example");
    assertThatThrownBy(() -> rules("test", "bank.example"))
        .hasMessage("Give the whole address with its scheme, such as https://bank.example");
    assertThatThrownBy(() -> rules("remove", "host", "a.example"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--account");
    assertThatThrownBy(() -> rules("explode"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("rules --help");
    assertThatThrownBy(() -> commands.pause(false, "a while"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("30m");
    assertThatThrownBy(
            () ->
                new RulesCommands(new ShellServices()).rules(Sessions.STRANGE, false, false, false))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("org.chroniclesync.account");
  }

  @Test
  void applyShowsFirstAndThenDeletes() throws Exception {
    store.merge(
        Batch.of(
            List.of(
                new Entry(
                    new Device(new DeviceId("phone"), "", "", "", ""),
                    "1",
                    "https://out.example/",
                    "Title",
                    5,
                    "",
                    "link",
                    5,
                    false,
                    null,
                    UnknownFields.NONE))));
    commands.rules(Sessions.STRANGE, false, true, false, "add", "host", "out.example");
    assertThat(rules("apply"))
        .contains("It would delete 1 visit on all devices")
        .endsWith("--yes does it.");
    assertThat(store.state().tombstones()).isZero();
    JsonNode done =
        new ObjectMapper().readTree(commands.rules(Sessions.STRANGE, true, false, true, "apply"));
    assertThat(done.at("/done").asBoolean()).isTrue();
    assertThat(done.at("/deleted/host out.example").asLong()).isEqualTo(1);
    assertThat(done.at("/deletion").asLong()).isEqualTo(7);
    assertThat(deletions.deleted).containsExactly(Selection.ALL);
    assertThat(commands.rules(Sessions.STRANGE, false, false, true, "apply"))
        .contains("3 visits deleted. Until", "undo 7", "Remove the rule before");
  }

  @Test
  void aRuleThatDeletesByItselfSaysSo() throws Exception {
    assertThat(rules("add", "months", "12"))
        .contains("what gets older is deleted by itself", "undo brings it back");
    assertThat(rules("apply"))
        .isEqualTo("Nothing is there that a rule leaves out; there is nothing to do.");
  }

  @Test
  void aPauseBeginsAndEnds() throws Exception {
    assertThat(commands.resume()).isEqualTo("There is no pause.");
    assertThat(commands.pause(true, "2h"))
        .startsWith("Nothing is imported from the browsers until")
        .contains("never will be");
    assertThat(commands.resume()).isEqualTo("The import goes on.");
  }
}
