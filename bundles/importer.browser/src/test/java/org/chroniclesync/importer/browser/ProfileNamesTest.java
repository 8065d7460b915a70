// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.chroniclesync.support.browsers.Family;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProfileNamesTest {
  private final Path root;

  ProfileNamesTest(@TempDir Path root) {
    this.root = root;
  }

  @BeforeEach
  void folders() throws Exception {
    Files.createDirectories(root.resolve("Profiles/a.default"));
    Files.createDirectories(root.resolve("Profile 1"));
  }

  private String name(Family family, String folder) {
    return ProfileNames.of(new Profile(family, "Browser", root.resolve(folder)));
  }

  @Test
  void chromiumKeepsItBesideTheProfile() throws Exception {
    Files.writeString(
        root.resolve("Local State"),
        "{\"profile\":{\"info_cache\":{\"Default\":{\"name\":\"Home\"},"
            + "\"Profile 1\":{\"name\":\"W\\u00f6rk \\\"1\\\"\",\"user_name\":\"x\"}}}}");
    assertThat(name(Family.CHROMIUM, "Profile 1")).isEqualTo("W\u00f6rk \"1\"");
    assertThat(name(Family.CHROMIUM, "Profile 2")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "null",
        "{\"profile\":{\"info_cache\":[]}}",
        "{\"profile\":{\"info_cache\":{\"Profile 1\":{}}}}",
        "{\"profile\":{\"info_cache\":{\"Profile 1\":{\"name\":null}}}}"
      })
  void whatChromiumsStateIsNotHasNoName(String text) throws Exception {
    Files.writeString(root.resolve("Local State"), text);
    assertThat(name(Family.CHROMIUM, "Profile 1")).isEmpty();
  }

  @Test
  void aStateThatIsNestedWithoutEndHasNoName() throws Exception {
    Files.writeString(root.resolve("Local State"), "{\"a\":".repeat(100_000));
    assertThat(name(Family.CHROMIUM, "Profile 1")).isEmpty();
    Files.write(root.resolve("Local State"), new byte[] {(byte) 0xff, 0, (byte) 0xfe});
    assertThat(name(Family.CHROMIUM, "Profile 1")).isEmpty();
  }

  @Test
  void firefoxListsItAboveTheProfiles() throws Exception {
    Files.createDirectories(root.resolve("elsewhere"));
    Files.writeString(
        root.resolve("profiles.ini"),
        "[Profile1]\nName=Old\nIsRelative=1\nPath=Profiles/gone\n\n"
            + "[Profile0]\r\nName=W\u00f6rk\r\nIsRelative=1\r\nPath=Profiles/a.default\r\nDefault=1\r\n"
            + "[Profile2]\nPath="
            + root.resolve("elsewhere")
            + "\nName=Far\n[General]\nName=None\n");
    assertThat(name(Family.FIREFOX, "Profiles/a.default")).isEqualTo("W\u00f6rk");
    assertThat(name(Family.FIREFOX, "elsewhere")).isEqualTo("Far");
    assertThat(name(Family.FIREFOX, "Profile 1")).isEmpty();
  }
}
