// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataFolderTest {
  @Test
  void aFolderThatANewerVersionUsedIsRefused(@TempDir Path data) throws Exception {
    DataFolder.requireKnown(data);
    DataFolder.open(data).close();
    assertThat(data.resolve("format")).hasContent("1");
    DataFolder.requireKnown(data);

    Files.writeString(data.resolve("format"), "2\n");
    assertThatThrownBy(() -> DataFolder.requireKnown(data))
        .isInstanceOfSatisfying(ExitException.class, e -> assertThat(e.exit()).isEqualTo(Exit.DATA))
        .hasMessageContaining("newer version of ChronicleSync has used " + data)
        .hasMessageContaining("(format 2; this version knows 1). Nothing was changed.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "-1", "1 2", "12345678901234567890"})
  void aFormatThatIsNoNumberIsNamed(String text, @TempDir Path data) throws Exception {
    Path format = Files.writeString(data.resolve("format"), text);
    assertThatThrownBy(() -> DataFolder.requireKnown(data))
        .hasMessageContaining(format + " is damaged");
  }

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
  void aFolderThatSomebodyElseMadeKeepsItsMode(@TempDir Path temporary) throws Exception {
    chmod(temporary, "rwxr-xr-x");
    try (DataFolder folder = DataFolder.open(temporary)) {
      assertThat(permissions(folder.path())).isEqualTo("rwxr-xr-x");
      for (String own : List.of("account", "logs", "cache", "tmp")) {
        assertThat(permissions(temporary.resolve(own))).isEqualTo("rwx------");
      }
      assertThat(permissions(temporary.resolve("lock"))).isEqualTo("rw-------");
    }
  }

  @Test
  void aFolderThatOthersMayWriteToIsRefusedAndKeepsItsMode(@TempDir Path temporary)
      throws Exception {
    chmod(temporary, "rwxrwxr-x");

    assertThatThrownBy(() -> DataFolder.open(temporary))
        .hasMessageContaining("Others can write to " + temporary)
        .hasMessageContaining("chmod 700");
    assertThat(permissions(temporary)).isEqualTo("rwxrwxr-x");
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void aHistoryThatOthersMayReadIsRefused(@TempDir Path temporary) throws Exception {
    Path history = Files.writeString(temporary.resolve("history.db"), "visits");
    chmod(history, "rw-r--r--");

    assertThatThrownBy(() -> DataFolder.open(temporary))
        .hasMessageContaining("Others can read or write " + history)
        .hasMessageContaining("chmod go-rwx " + history);
    assertThat(permissions(history)).isEqualTo("rw-r--r--");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a?b", "a%b", "a$b", "a\nb"})
  void aPathThatSomePartWouldReadInAnotherWayIsRefused(String name) {
    assertThatThrownBy(() -> DataFolder.named("/nowhere/" + name))
        .hasMessageContaining("/nowhere/a_b")
        .hasMessageContaining("--data");
  }

  @Test
  void whatAKilledProcessLeftInItsTemporaryFolderIsDeleted(@TempDir Path data) throws Exception {
    Path copy = data.resolve("tmp/chroniclesync-import-1/copy/History");
    DataFolder.open(data).close();
    Files.createDirectories(copy.getParent());
    Files.writeString(copy, "visits");

    try (DataFolder folder = DataFolder.open(data)) {
      assertThat(folder.temporary()).isEmptyDirectory();
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

  private static void chmod(Path path, String permissions) throws Exception {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }

  private static String permissions(Path path) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
