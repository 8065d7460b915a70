// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationWatchTest {
  private final Path folder;
  private final Path file;
  private final AtomicInteger reloads = new AtomicInteger();
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  ConfigurationWatchTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    file = Files.writeString(folder.resolve("some.pid.properties"), "a = 1\n");
  }

  private ConfigurationWatch watch(ConfigurationWatch.Reload reload) throws IOException {
    return new ConfigurationWatch(
        List.of(folder, folder.resolve("missing")), reload, new PrintStream(said, true, UTF_8));
  }

  @Test
  void aFileIsReadAnewOnceItIsWholeAndOnlyThen() throws IOException {
    try (ConfigurationWatch watch = watch(reloads::incrementAndGet)) {
      watch.look();
      watch.look();
      assertThat(reloads).hasValue(0);
      Files.writeString(file, "a = 22\n");
      watch.look();
      Files.writeString(file, "a = 333\n");
      watch.look();
      assertThat(reloads).hasValue(0);
      watch.look();
      watch.look();
      assertThat(reloads).hasValue(1);
    }
  }

  @Test
  void aNewFileAndOneThatIsGoneCountToo() throws IOException {
    try (ConfigurationWatch watch = watch(reloads::incrementAndGet)) {
      Path other = Files.writeString(folder.resolve("other.properties"), "");
      Files.writeString(folder.resolve("a.txt"), "");
      watch.look();
      watch.look();
      assertThat(reloads).hasValue(1);
      Files.delete(other);
      watch.look();
      watch.look();
      assertThat(reloads).hasValue(2);
    }
  }

  @Test
  void whatCannotBeReadIsSaidOnce() throws IOException {
    try (ConfigurationWatch watch =
        watch(
            () -> {
              reloads.incrementAndGet();
              throw new ExitException(Exit.USAGE, "Line 1 is wrong.");
            })) {
      Files.writeString(file, "wrong again\n");
      for (int i = 0; i < 5; i++) {
        watch.look();
      }
      assertThat(reloads).hasValue(1);
      assertThat(said.toString(UTF_8).strip())
          .isEqualTo("Line 1 is wrong. The configuration stays as it was.");
    }
  }
}
