// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The private directory for copies of databases. It is locked while its owner runs. So directories
 * that a killed process left behind can be distinguished from those in use, and deleted.
 */
final class Workplace implements AutoCloseable {
  static final String PREFIX = "chroniclesync-import-";
  private static final String LOCK = "lock";

  /** The owner of a younger directory may not have locked it yet. */
  private static final Duration LEFTOVER_AGE = Duration.ofSeconds(10);

  private static final Logger log = LoggerFactory.getLogger(Workplace.class);
  private final Path directory;
  private final FileChannel lock;

  private Workplace(Path directory, FileChannel lock) {
    this.directory = directory;
    this.lock = lock;
  }

  static Workplace open(Path parent) throws IOException {
    // Created with access for its owner alone, where the system supports that.
    Path directory = Files.createTempDirectory(parent, PREFIX);
    try {
      return new Workplace(directory, locked(directory.resolve(LOCK)));
    } catch (IOException e) {
      delete(directory);
      throw e;
    }
  }

  private static FileChannel locked(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try {
      channel.lock();
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  Path copies() throws IOException {
    return Files.createDirectories(directory.resolve("copy"));
  }

  void empty() {
    delete(directory.resolve("copy"));
  }

  /** Deletes what a process that was killed left behind. */
  void sweep() {
    List<Path> found;
    Path parent = Objects.requireNonNull(directory.getParent());
    try (Stream<Path> children = Files.list(parent)) {
      found =
          children
              .filter(
                  child ->
                      Objects.requireNonNull(child.getFileName()).toString().startsWith(PREFIX))
              .filter(child -> Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS))
              .filter(this::isOursAndOld)
              .toList();
    } catch (IOException e) {
      log.debug("The directory for temporary files cannot be listed", e);
      return;
    }
    for (Path child : found) {
      if (isAbandoned(child)) {
        delete(child);
      }
    }
  }

  /** In a directory that all users share, we delete only what nobody else could have created. */
  private boolean isOursAndOld(Path found) {
    try {
      Instant made = Files.getLastModifiedTime(found, LinkOption.NOFOLLOW_LINKS).toInstant();
      return made.plus(LEFTOVER_AGE).isBefore(Instant.now())
          && Files.getOwner(found, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(directory));
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isAbandoned(Path directory) {
    try (FileChannel channel =
            FileChannel.open(
                directory.resolve(LOCK),
                StandardOpenOption.WRITE,
                StandardOpenOption.CREATE,
                LinkOption.NOFOLLOW_LINKS);
        @Nullable FileLock taken = channel.tryLock()) {
      return taken != null;
    } catch (IOException | OverlappingFileLockException e) {
      // Another person's, or one of this process.
      return false;
    }
  }

  private static void delete(Path tree) {
    if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> all = Files.walk(tree)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      log.warn("A copy of a browser's history could not be deleted: {}", e.toString());
    }
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      log.debug("The lock of the temporary directory", e);
    }
    delete(directory);
  }
}
