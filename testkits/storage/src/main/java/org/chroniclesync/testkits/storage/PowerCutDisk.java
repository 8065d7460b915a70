// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.storage;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A file system on a disk of its own, of which a copy can be had as it would be after a power cut:
 * what was written and not synced is still in the system's memory and lost.
 *
 * <p>The disk is a file, the file system on it ext4, which writes nothing by itself for minutes.
 * The copy is of that file, so what is in it went the way of a sync.
 *
 * @param folder where all of it is
 */
record PowerCutDisk(Path folder) implements AutoCloseable {
  private static final long BYTES = 64L << 20;

  /** Returns empty where this is not Linux, we may not mount, or there is no ext4. */
  static Optional<PowerCutDisk> mount(Path folder) throws IOException {
    if (!Commands.isLinux()) {
      return Optional.empty();
    }
    Path memory = Files.createDirectories(folder.resolve("memory"));
    // A disk in memory, for a real one would take its time for each sync.
    if (!Commands.run("mount", "-t", "tmpfs", "-o", "size=" + 3 * BYTES, "tmpfs", memory)) {
      return Optional.empty();
    }
    PowerCutDisk disk = new PowerCutDisk(folder);
    Files.createDirectories(disk.files());
    Files.createDirectories(disk.copy());
    try (RandomAccessFile image = new RandomAccessFile(disk.image().toFile(), "rw")) {
      image.setLength(BYTES);
    }
    if (Commands.run("mkfs.ext4", "-q", "-F", disk.image())
        && Commands.run("mount", "-o", "loop,noatime,commit=600", disk.image(), disk.files())) {
      return Optional.of(disk);
    }
    Commands.run("umount", "--lazy", memory);
    return Optional.empty();
  }

  /** Where the file system is mounted. */
  Path files() {
    return folder.resolve("files");
  }

  /** Where {@link #cut} mounts the copy. */
  private Path copy() {
    return folder.resolve("copy");
  }

  private Path image() {
    return folder.resolve("memory/image");
  }

  /**
   * What a power cut at a moment would leave at which nobody writes. Each is a file of its own: a
   * copy that is still in use somewhere, if only in a mount namespace that others made meanwhile,
   * goes on being written, and would be mounted once more in place of another one in its file.
   */
  Cut cut() throws IOException {
    Path image = Files.createTempFile(folder.resolve("memory"), "cut", "");
    do {
      if (!Commands.run("cp", "--sparse=always", image(), image)) {
        throw new IOException(image() + " cannot be copied");
      }
    } while (Files.mismatch(image(), image) >= 0);
    if (!Commands.run("mount", "-o", "loop,noatime", image, copy())) {
      throw new IOException(image + " cannot be mounted");
    }
    return new Cut(copy(), image);
  }

  /**
   * A copy, as it is after the file system has recovered.
   *
   * @param files where it is mounted
   * @param image the file that it is in
   */
  record Cut(Path files, Path image) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      unmount(files);
      Files.delete(image);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      unmount(files());
    } finally {
      unmount(folder.resolve("memory"));
    }
  }

  /** Also while a file on it is open, which is for others to notice. */
  private static void unmount(Path mounted) throws IOException {
    if (!Commands.run("umount", "--lazy", mounted)) {
      throw new IOException(mounted + " cannot be unmounted");
    }
  }
}
