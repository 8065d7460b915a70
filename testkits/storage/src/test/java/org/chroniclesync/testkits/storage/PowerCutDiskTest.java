// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(600)
class PowerCutDiskTest {
  @Test
  void aCutShowsWhatWasSyncedAlsoWhileAnEarlierOneIsInUse(@TempDir Path folder) throws Exception {
    Optional<PowerCutDisk> mounted = PowerCutDisk.mount(folder);
    assumeTrue(mounted.isPresent(), "only root on Linux may mount a disk that forgets");
    try (PowerCutDisk disk = mounted.orElseThrow()) {
      sync(disk.files().resolve("first"));
      PowerCutDisk.Cut first = disk.cut();
      try (InputStream inUse = Files.newInputStream(first.files().resolve("first"))) {
        assertThat(inUse.read()).isEqualTo('1');
        first.close();

        sync(disk.files().resolve("second"));
        try (PowerCutDisk.Cut second = disk.cut()) {
          assertThat(second.files().resolve("second")).hasContent("1");
        }
      }
    }
  }

  @Test
  void aCutForgetsWhatWasNotSynced(@TempDir Path folder) throws Exception {
    Optional<PowerCutDisk> mounted = PowerCutDisk.mount(folder);
    assumeTrue(mounted.isPresent(), "only root on Linux may mount a disk that forgets");
    try (PowerCutDisk disk = mounted.orElseThrow()) {
      sync(disk.files().resolve("synced"));
      Files.writeString(disk.files().resolve("not"), "1");
      try (PowerCutDisk.Cut cut = disk.cut()) {
        assertThat(cut.files().resolve("synced")).hasContent("1");
        assertThat(cut.files().resolve("not")).doesNotExist();
      }
    }
  }

  private static void sync(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {'1'}));
      channel.force(true);
    }
  }
}
