// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.felix.service.command.CommandSession;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.importer.BrowserImport;
import org.chroniclesync.api.importer.ProfileStatus;
import org.chroniclesync.api.importer.SkipReason;
import org.junit.jupiter.api.Test;

class ImportCommandsTest {
  private final List<String> settled = new ArrayList<>();
  private final AtomicInteger imports = new AtomicInteger();
  private final ShellServices services = new ShellServices();
  private final ImportCommands commands = new ImportCommands(services);

  private final BrowserImport importer =
      new BrowserImport() {
        @Override
        public List<ProfileStatus> profiles() {
          return List.of(
              new ProfileStatus(
                  "Firefox",
                  Path.of("/home/me/\u001bprofile"),
                  new DeviceId("device"),
                  12,
                  Map.of(SkipReason.SCHEME, 2L, SkipReason.EXCLUDED, 3L),
                  Instant.parse("2026-01-02T03:04:05Z"),
                  null,
                  34),
              new ProfileStatus(
                  "", Path.of("/no"), null, 0, Map.of(), null, "No profile is here."));
        }

        @Override
        public void importNow() {
          imports.incrementAndGet();
        }

        @Override
        public void settle(Path profile, boolean delete) {
          settled.add(profile + " " + delete);
        }
      };

  @Test
  void profilesSayHowFarTheyAre() {
    services.bindBrowsers(importer);

    assertThat(commands.profiles(false))
        .contains("Firefox  12 visits imported, last read 2026-01-02")
        .contains("left out: 2 not of the web (includeSchemes), 3 excluded by your rules")
        .contains("No profile is here.")
        .doesNotContain("\u001b");
  }

  @Test
  void whatVanishedWaitsForAWord() throws Exception {
    services.bindBrowsers(importer);

    assertThat(commands.profiles(false))
        .contains("34 visits are not in the browser any more")
        .contains("profiles vanished delete /home/me/")
        .contains("profiles vanished keep /home/me/");
    assertThat(new ObjectMapper().readTree(commands.profiles(true)).at("/0/vanished").asLong())
        .isEqualTo(34);
    commands.profiles(false, "vanished", "delete", "/p q");
    commands.profiles(false, "vanished", "keep", "/r");
    assertThat(settled).containsExactly("/p q true", "/r false");
    assertThatThrownBy(() -> commands.profiles(false, "vanished", "perhaps", "/r"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("vanished delete PROFILE|vanished keep PROFILE");
  }

  @Test
  void statusHasALineOfIt() throws Exception {
    FakeNode node = new FakeNode();
    ShellServices services = new ShellServices();
    Commands status = new Commands(services);
    services.bindNode(node.face());
    assertThat(status.status(false)).doesNotContain("browsers");

    services.bindBrowsers(importer);

    assertThat(status.status(false))
        .endsWith(
            "browsers     Firefox: 12 visits imported from 1 profile; 1 not read, see profiles");
  }

  @Test
  void profilesAsJson() throws Exception {
    services.bindBrowsers(importer);
    JsonNode profiles = new ObjectMapper().readTree(commands.profiles(true));

    assertThat(profiles.at("/0/importedVisits").asLong()).isEqualTo(12);
    assertThat(profiles.at("/0/skipped/EXCLUDED").asLong()).isEqualTo(3);
    assertThat(profiles.at("/1/lastRun").isNull()).isTrue();
    assertThat(profiles.at("/1/problem").asText()).isEqualTo("No profile is here.");
  }

  @Test
  void importIsPassedOn() throws Exception {
    services.bindBrowsers(importer);

    assertThat(commands._import(session(), false, false, "", "")).contains("Firefox");
    assertThat(imports).hasValue(1);
  }

  private static CommandSession session() {
    return (CommandSession)
        Proxy.newProxyInstance(
            CommandSession.class.getClassLoader(),
            new Class<?>[] {CommandSession.class},
            (proxy, method, arguments) -> null);
  }

  @Test
  void withoutAnImporterItSaysSo() {
    services.bindBrowsers(importer);
    services.unbindBrowsers(importer);

    assertThatThrownBy(() -> commands._import(session(), false, false, "", ""))
        .hasMessageContaining("not running");
    assertThatThrownBy(() -> commands._import(session(), false, false, "", "", "/a"))
        .hasMessageContaining("the bundle files is not running");
  }
}
