// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class PrivateFilesTest {
  private final Path folder;

  PrivateFilesTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void whatIsMadeIsForItsOwnerOnly() throws Exception {
    PrivateFiles.createDirectories(folder.resolve("a/b"));
    PrivateFiles.create(folder.resolve("a/file"));

    assertThat(permissions("a")).isEqualTo("rwx------");
    assertThat(permissions("a/b")).isEqualTo("rwx------");
    assertThat(permissions("a/file")).isEqualTo("rw-------");
  }

  @Test
  void whatIsThereKeepsItsPermissions() throws Exception {
    Files.createDirectory(folder.resolve("a"));
    Files.writeString(folder.resolve("file"), "content");
    open("a", "rwxr-xr-x");
    open("file", "rw-r--r--");

    PrivateFiles.createDirectories(folder.resolve("a"));
    PrivateFiles.create(folder.resolve("file"));

    assertThat(permissions("a")).isEqualTo("rwxr-xr-x");
    assertThat(permissions("file")).isEqualTo("rw-r--r--");
    assertThat(folder.resolve("file")).hasContent("content");
  }

  @Test
  void whatIsRestrictedIsForItsOwnerOnly() throws Exception {
    Files.createDirectory(folder.resolve("a"));
    Files.createFile(folder.resolve("file"));
    open("a", "rwxrwxrwx");
    open("file", "rw-rw-rw-");

    PrivateFiles.restrict(folder.resolve("a"));
    PrivateFiles.restrict(folder.resolve("file"));

    assertThat(permissions("a")).isEqualTo("rwx------");
    assertThat(permissions("file")).isEqualTo("rw-------");
  }

  @Test
  void aFileIsReplacedAndClosedToOthers() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "a longer content of before");
    open("file", "rw-r--r--");

    PrivateFiles.write(file, ByteBuffer.wrap("new".getBytes(UTF_8)));

    assertThat(file).hasContent("new");
    assertThat(permissions("file")).isEqualTo("rw-------");
    assertThat(folder.toFile().list()).containsExactly("file");
  }

  @Test
  void aFileThatCannotBeReplacedLeavesNoDraft() throws Exception {
    Path directory = Files.createDirectories(folder.resolve("file/full"));

    assertThatThrownBy(
            () -> PrivateFiles.write(folder.resolve("file"), ByteBuffer.wrap(new byte[3])))
        .isInstanceOf(IOException.class);

    assertThat(directory).isDirectory();
    assertThat(folder.toFile().list()).containsExactly("file");
  }

  @Test
  void theRightsOfOthersAreTold() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));

    open("file", "rwx--x--x");
    assertThat(PrivateFiles.isOpenToOthers(file)).isFalse();
    open("file", "rw----r--");
    assertThat(PrivateFiles.isOpenToOthers(file)).isTrue();
    assertThat(PrivateFiles.isWritableByOthers(file)).isFalse();
    open("file", "rw--w----");
    assertThat(PrivateFiles.isOpenToOthers(file)).isTrue();
    assertThat(PrivateFiles.isWritableByOthers(file)).isTrue();
  }

  private void open(String name, String permissions) throws IOException {
    Files.setPosixFilePermissions(
        folder.resolve(name), PosixFilePermissions.fromString(permissions));
  }

  private String permissions(String name) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name)));
  }
}
