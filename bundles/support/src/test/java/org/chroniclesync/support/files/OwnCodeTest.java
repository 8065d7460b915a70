// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class OwnCodeTest {
  private static final int NOBODY = 65_534;

  private final Path folder;
  private final Path file;

  OwnCodeTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    file = Files.writeString(folder.resolve("code.jar"), "code");
    allow(file, "rw-r--r--");
  }

  @Test
  void whatOnlyItsOwnerCanWriteIsRun() throws Exception {
    assertThat(OwnCode.ofFolder(folder)).isNull();
    assertThat(OwnCode.ofFile(file)).isNull();
  }

  @Test
  void whatOthersCanWriteIsNot() throws Exception {
    allow(file, "rw-rw-r--");
    assertThat(ofFile().cause()).isEqualTo("Others can write to " + file + ".");
    assertThat(ofFile().remedy()).isEqualTo("Run: chmod go-w " + file);
    allow(folder, "rwx---rwx");
    assertThat(ofFolder(folder).remedy()).isEqualTo("Run: chmod go-w " + folder);
  }

  @Test
  void aLinkIsNot() throws Exception {
    Path real = Files.move(file, folder.resolve("real.jar"));
    Files.createSymbolicLink(file, real);
    assertThat(ofFile().cause()).endsWith("code.jar is a link or a folder.");
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder);
    assertThat(ofFolder(link).cause()).endsWith("link is a link or a file.");
    assertThat(ofFolder(real).cause()).endsWith("real.jar is a link or a file.");
  }

  @Test
  void whatIsTooLargeIsNot() throws Exception {
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(OwnCode.MAX_BYTES);
      assertThat(OwnCode.ofFile(file)).isNull();
      sparse.setLength(OwnCode.MAX_BYTES + 1);
    }
    assertThat(ofFile().cause()).contains("has more than 268,435,456 bytes");
  }

  @Test
  void whatBelongsToSomebodyElseIsNot() throws Exception {
    assumeThat(Files.getAttribute(folder, "unix:uid"))
        .as("only root gives files away")
        .isEqualTo(0);
    Files.setAttribute(file, "unix:uid", NOBODY);
    assertThat(ofFile().cause()).startsWith(file + " belongs to ").endsWith(", not to root.");
    assertThat(ofFile().remedy()).isEqualTo("Run as root: chown root " + file);
  }

  private OwnCode.Refusal ofFile() throws IOException {
    return Objects.requireNonNull(OwnCode.ofFile(file));
  }

  private static OwnCode.Refusal ofFolder(Path path) throws IOException {
    return Objects.requireNonNull(OwnCode.ofFolder(path));
  }

  private static void allow(Path path, String permissions) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }
}
