// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
  @Test
  void laterFilesAndTheCommandLineWin(@TempDir Path temporary) throws Exception {
    Path defaults = Files.createDirectory(temporary.resolve("defaults"));
    Path own = Files.createDirectory(temporary.resolve("own"));
    Files.writeString(defaults.resolve("one.properties"), "a=1\nb=2\nc=3\n");
    Files.writeString(own.resolve("one.properties"), "b=20\nc=30\n");
    Settings settings = new Settings(temporary);
    settings.read(defaults);
    settings.read(own);
    settings.read(temporary.resolve("missing"));
    settings.put("one", Map.of("c", "300"));

    assertThat(settings.all())
        .containsExactly(new Setting("one", null, Map.of("a", "1", "b", "20", "c", "300")));
  }

  @Test
  void aTildeSetsTheNameWithinAFactoryApart(@TempDir Path temporary) throws Exception {
    Files.writeString(temporary.resolve("pid~name.properties"), "url=ws://host/\n");
    Settings settings = new Settings(temporary);
    settings.read(temporary);

    assertThat(settings.all())
        .containsExactly(new Setting("pid", "name", Map.of("url", "ws://host/")));
    assertThat(settings.all().iterator().next().id()).isEqualTo("pid~name");
  }

  @Test
  void theDataFolderIsFilledIn() {
    Settings settings = new Settings(Path.of("/data"));
    settings.put("one", Map.of("file", "${data}/history.db"));

    assertThat(settings.all().iterator().next().values()).containsEntry("file", "/data/history.db");
  }

  @Test
  void bracketsMakeAListAndAListMayHoldAnything() {
    Settings settings = new Settings(Path.of("/data"));
    settings.put("one", Map.of("list", "[ a, b ,]"));
    settings.put("one", "paths", List.of("/a,b", "[c]"));
    Map<String, Object> values = settings.all().iterator().next().values();

    assertThat(values.get("list")).isEqualTo(new String[] {"a", "b"});
    assertThat(values.get("paths")).isEqualTo(new String[] {"/a,b", "[c]"});
  }

  @Test
  void aRankingIsANumber() {
    Settings settings = new Settings(Path.of("/data"));
    settings.put("one", Map.of("service.ranking", "-7", "other", "7"));

    assertThat(settings.all().iterator().next().values())
        .containsEntry("service.ranking", -7)
        .containsEntry("other", "7");
  }

  @Test
  void aLineThatIsNoTextIsNamedWithItsFile(@TempDir Path temporary) throws Exception {
    Path file = temporary.resolve("one.properties");
    Files.write(file, new byte[] {'a', '=', '1', '\n', 'b', '=', (byte) 0xff, '\n'});

    assertThatThrownBy(() -> new Settings(temporary).read(temporary))
        .isInstanceOfSatisfying(
            ExitException.class, e -> assertThat(e.exit()).isEqualTo(Exit.USAGE))
        .hasMessageContaining("Line 2 of " + file + " is not UTF-8 text. Correct the line");
  }

  @Test
  void aLineWithAWrongEscapeIsNamedWithItsFile(@TempDir Path temporary) throws Exception {
    Path file =
        Files.writeString(
            temporary.resolve("one.properties"), "a=\\u0041\nb=c:\\users\nc=\\u0042\n");

    assertThatThrownBy(() -> new Settings(temporary).read(temporary))
        .hasMessageContaining("Line 2 of " + file + " has a \\u without");
  }

  @Test
  void aFileThatIsTooLargeForAConfigurationIsNotRead(@TempDir Path temporary) throws Exception {
    Files.writeString(temporary.resolve("one.properties"), "#".repeat(100_000));

    assertThatThrownBy(() -> new Settings(temporary).read(temporary))
        .hasMessageContaining("more than 65536 bytes");
  }
}
