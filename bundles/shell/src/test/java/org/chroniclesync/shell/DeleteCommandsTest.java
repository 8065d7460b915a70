// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.chroniclesync.api.history.EntryId;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.api.storage.Selection;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the commands that delete understand, say and ask the node for. */
class DeleteCommandsTest {
  private final FakeNode node = new FakeNode();
  private final ShellServices services = new ShellServices();
  private final DeleteCommands commands = new DeleteCommands(services);

  @BeforeEach
  void bind() {
    services.bindNode(node.face());
    services.bindHistory(node);
  }

  @Test
  void withoutYesItShowsHowManyAndFails() {
    assertThatThrownBy(() -> delete(false, false, "https://example.org/"))
        .hasMessageContaining("1,234 visits to 20 pages of 3 hosts, of 1 device")
        .hasMessageContaining("Firefox 140")
        .hasMessageContaining("Nothing was deleted. Give --yes");
    assertThat(node.deletions.previewed)
        .containsExactly(Selection.ALL.ofPage("https://example.org/"));
    assertThat(node.deletions.deleted).isEmpty();
  }

  @Test
  void aPreviewNamesDevicesAsDevicesDoes() throws Exception {
    services.bindNames(new FakeNames("tower", "Work"));
    assertThat(delete(false, true, "https://example.org/"))
        .contains("Firefox (Work) on tower (Firefox 140");
  }

  @Test
  void aPreviewOnlyLooksAlsoWithYes() throws Exception {
    assertThat(delete(true, true, "https://example.org/")).contains("1,234 visits");
    assertThat(node.deletions.deleted).isEmpty();
  }

  @Test
  void withYesItDeletesAndSaysHowToUndo() throws Exception {
    assertThat(delete(true, false, "https://example.org/")).contains("3 visits deleted. Until");
    assertThat(node.deletions.deleted)
        .containsExactly(Selection.ALL.ofPage("https://example.org/"));
    assertThat(node.deletions.undoable).isTrue();
    assertThat(commands.undo(Sessions.STRANGE, false)).isEqualTo("3 visits brought back.");
    assertThat(node.deletions.undone).containsExactly(7L);
  }

  @Test
  void whatIsNotThereIsSaidAndIsNoDeletion() throws Exception {
    node.deletions.visits = 0;
    assertThat(delete(true, false, "https://example.org/")).startsWith("No visit was found");
    assertThat(commands.deletions(Sessions.STRANGE, false))
        .isEqualTo("Nothing was deleted on this device.");
    assertThat(commands.deletions(Sessions.STRANGE, true)).isEqualTo("[]");
    node.deletions.visits = 1;
    assertThat(delete(true, false, "https://example.org/")).contains("undo 7 brings it back");
  }

  @Test
  void whatIsGivenTogetherIsOneSelection() throws Exception {
    commands.delete(
        Sessions.STRANGE,
        false,
        "example.org",
        true,
        "firefox",
        "v1",
        "2026",
        "2027",
        true,
        true,
        false,
        true,
        "title:tax",
        "-return");
    Selection asked = node.deletions.deleted.get(0);
    assertThat(asked.host()).isEqualTo("example.org");
    assertThat(asked.below()).isTrue();
    assertThat(asked.visit()).isEqualTo(new EntryId(FakeNode.DEVICE.id(), "v1"));
    assertThat(asked.untilMillis() - asked.fromMillis()).isEqualTo(365.0 * 86_400_000);
    assertThat(asked.search()).extracting(Search::text).isEqualTo("title:tax -return");
    assertThat(node.deletions.undoable).isFalse();
  }

  @Test
  void whatIsNotClearIsRefusedWithARemedy() {
    assertThatThrownBy(() -> delete(true, false)).hasMessageStartingWith("Say what to delete");
    assertThatThrownBy(() -> delete(true, false, "example.org"))
        .hasMessageContaining("whole address with its scheme, such as https://example.org");
    assertThatThrownBy(() -> delete(true, false, "what", "else"))
        .hasMessageContaining("--search if these are words");
    assertThatThrownBy(() -> of("", true, "", "")).hasMessageContaining("--below needs --host");
    assertThatThrownBy(() -> of("", false, "phone", ""))
        .hasMessageContaining("No device is called phone");
    assertThatThrownBy(() -> of("", false, "", "v1"))
        .hasMessageContaining("--visit needs --device");
    assertThat(node.deletions.deleted).isEmpty();
  }

  @Test
  void deletionsSayHowFarTheyHaveGot() throws Exception {
    assertThat(commands.deletions(Sessions.STRANGE, false))
        .isEqualTo("Nothing was deleted on this device.");
    delete(true, false, "https://example.org/");
    assertThat(commands.deletions(Sessions.STRANGE, false))
        .contains("can be undone until")
        .contains("2 of 3 devices; Phone")
        .contains("not yet, seen last")
        .doesNotContain("\u001b", "\u202e");
    JsonNode json = new ObjectMapper().readTree(commands.deletions(Sessions.STRANGE, true));
    assertThat(json.at("/0/number").asLong()).isEqualTo(7);
    assertThat(json.at("/0/state").asText()).isEqualTo("undoable");
    assertThat(json.at("/0/lacking/0/lastSeen").asText()).isEqualTo(FakeDeletions.AT.toString());

    Commands others = new Commands(services);
    assertThat(others.status(false))
        .contains("deletions    1 of 1 deletion under way to other devices; 7: 2 of 3 devices");
  }

  private String of(String host, boolean below, String device, String visit) throws Exception {
    return commands.delete(
        Sessions.STRANGE,
        false,
        host,
        below,
        device,
        visit,
        "",
        "",
        false,
        true,
        false,
        false,
        "https://a.example/");
  }

  private String delete(boolean yes, boolean preview, String... words) throws Exception {
    return commands.delete(
        Sessions.STRANGE, false, "", false, "", "", "", "", false, yes, preview, false, words);
  }
}
