// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstallationsTest {
  private final Path temporary;
  private final Path folder;
  private final Installations installations;

  InstallationsTest(@TempDir Path temporary) {
    this.temporary = temporary;
    folder = temporary.resolve("install");
    installations = new Installations(folder);
  }

  @Test
  void theDistributionOfAJarIsUnpacked() throws Exception {
    try (Installations.Use use = use("one")) {
      assertThat(use.path()).isEqualTo(folder.resolve("one"));
      assertThat(use.path().resolve("lib/part")).hasContent("part of one");
      assertThat(use.path().resolve("other")).doesNotExist();
    }
  }

  @Test
  void anInstallationInUseStays() throws Exception {
    try (Installations.Use one = use("one");
        Installations.Use two = use("two")) {
      assertThat(names()).containsExactlyInAnyOrder("one", "two");
      assertThat(one.path().resolve("lib/part")).exists();
      assertThat(two.path().resolve("lib/part")).exists();
    }
  }

  @Test
  void oneThatIsNotInUseIsDeleted() throws Exception {
    use("one").close();
    try (Installations.Use two = use("two")) {
      assertThat(names()).containsExactly("two");
      assertThat(folder.resolve(".in-use-one")).doesNotExist();
      assertThat(two.path()).isDirectory();
    }
  }

  @Test
  void oneThatIsThereIsNotUnpackedAgain() throws Exception {
    use("one").close();
    Files.writeString(folder.resolve("one/lib/part"), "as it was");

    try (Installations.Use again = use("one")) {
      assertThat(again.path().resolve("lib/part")).hasContent("as it was");
    }
  }

  @Test
  void whatWasHalfUnpackedIsDeleted() throws Exception {
    Path half = Files.createDirectories(folder.resolve(".unpacking-123/lib"));
    Files.writeString(half.resolve("part"), "half");

    try (Installations.Use use = use("one")) {
      assertThat(half).doesNotExist();
      assertThat(use.path()).isDirectory();
    }
  }

  @Test
  void aJarWithoutADistributionIsNamed() throws Exception {
    Path jar = temporary.resolve("empty.jar");
    new JarOutputStream(Files.newOutputStream(jar)).close();
    try (JarFile empty = new JarFile(jar.toFile())) {
      assertThatIOException()
          .isThrownBy(() -> installations.use(empty))
          .withMessageContaining(jar.toString());
    }
  }

  private Installations.Use use(String build) throws IOException {
    Path file = temporary.resolve(build + ".jar");
    try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file))) {
      add(jar, "dist/BUILD", build + "\n");
      add(jar, "dist/lib/part", "part of " + build);
      add(jar, "other", "not of the distribution");
    }
    try (JarFile jar = new JarFile(file.toFile())) {
      return installations.use(jar);
    }
  }

  private static void add(JarOutputStream jar, String name, String content) throws IOException {
    jar.putNextEntry(new JarEntry(name));
    jar.write(content.getBytes(UTF_8));
  }

  private List<String> names() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(one -> one.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .toList();
    }
  }
}
