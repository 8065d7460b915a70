// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
  @Test
  void onlyItsOwnerMayEnter(@TempDir Path temporary) throws Exception {
    Path data = temporary.resolve("a/b");
    try (DataFolder folder = DataFolder.open(data)) {
      assertThat(permissions(folder.path())).isEqualTo("rwx------");
      assertThat(permissions(folder.path().resolve("account"))).isEqualTo("rwx------");
      assertThat(permissions(folder.path().resolve("logs"))).isEqualTo("rwx------");
    }
  }

  @Test
  void aFolderThatWasOpenToOthersIsClosed(@TempDir Path temporary) throws Exception {
    Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
    try (DataFolder folder = DataFolder.open(temporary)) {
      assertThat(permissions(folder.path())).isEqualTo("rwx------");
    }
  }

  @Test
  void oneProcessAtATime(@TempDir Path temporary) throws Exception {
    try (DataFolder held = DataFolder.open(temporary)) {
      assertThat(held.path()).isDirectory();
      assertThatThrownBy(() -> DataFolder.open(temporary))
          .hasMessageContaining("Another process uses");
    }
    try (DataFolder again = DataFolder.open(temporary)) {
      assertThat(again.path()).isDirectory();
    }
  }

  @Test
  void aPhraseIsCopiedForTheOwnerOnlyAndNeverReplaced(@TempDir Path temporary) throws Exception {
    Path mine = Files.writeString(temporary.resolve("mine"), "some words\n");
    Path other = Files.writeString(temporary.resolve("other"), "other words");
    try (DataFolder folder = DataFolder.open(temporary.resolve("data"))) {
      Path phrase = DataFolder.phrase(folder.path());
      folder.adopt(mine);
      folder.adopt(mine);

      assertThat(phrase).hasContent("some words");
      assertThat(permissions(phrase)).isEqualTo("rw-------");
      assertThatThrownBy(() -> folder.adopt(other))
          .hasMessageContaining("already belongs to another mnemonic")
          .hasMessageNotContaining("words");
      assertThat(phrase).hasContent("some words");
    }
  }

  @Test
  void whatIsTooLongForAPhraseIsNotRead(@TempDir Path temporary) throws Exception {
    Path huge = Files.writeString(temporary.resolve("huge"), "x".repeat(2_000));
    try (DataFolder folder = DataFolder.open(temporary.resolve("data"))) {
      assertThatThrownBy(() -> folder.adopt(huge)).hasMessageContaining("too long");
    }
  }

  private static String permissions(Path path) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
