// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
  /** The defaults, but for the profiles. */
  private static List<Path> profiles(String... values) {
    BrowserImporter.Config config =
        (BrowserImporter.Config)
            Proxy.newProxyInstance(
                SettingsTest.class.getClassLoader(),
                new Class<?>[] {BrowserImporter.Config.class},
                (proxy, method, args) ->
                    method.getName().equals("profiles") ? values : method.getDefaultValue());
    return Settings.of(config).profiles();
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aBlankAtTheEndOfAPathIsPartOfItIfThereIsSuchAFolder(@TempDir Path folder) throws Exception {
    Path blank = Files.createDirectory(folder.resolve("a "));
    assertThat(profiles(blank.toString())).containsExactly(blank);
    assertThat(profiles(" " + folder + "  ")).containsExactly(folder);
    assertThat(profiles(folder.resolve("b") + " ")).containsExactly(folder.resolve("b"));
  }

  @Test
  void theWordForAllProfilesMayHaveBlanks() {
    assertThat(profiles(" auto ")).isEmpty();
    assertThat(profiles("", " ")).isEmpty();
  }

  @Test
  void aRelativePathIsRefusedByName() {
    assertThatThrownBy(() -> profiles(" folder "))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(" folder ")
        .hasMessageContaining("absolute path");
  }
}
