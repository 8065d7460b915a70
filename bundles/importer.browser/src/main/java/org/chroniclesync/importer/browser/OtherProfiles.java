// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.chroniclesync.support.browsers.Family;
import org.jspecify.annotations.Nullable;

/**
 * Looks for what looks like a profile and is not read: of a browser or a channel that the table
 * does not have. Follows no links, and looks at a bounded number of folders.
 */
final class OtherProfiles extends SimpleFileVisitor<Path> {
  /** How many folders are looked at; homes may be large. */
  static final int MAX_FOLDERS = 5_000;

  /** How many profiles are named. */
  static final int MAX_FOUND = 16;

  private static final byte[] HEAD = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);

  /** Folders of browsers and others that are large and hold no profile. */
  private static final Set<String> LARGE =
      Set.of(".cache", "Cache", "Code Cache", "cache2", "node_modules", "IndexedDB", "storage");

  private final Set<Path> read;
  private final List<Path> found = new ArrayList<>();
  private int folders;

  private OtherProfiles(Set<Path> read) {
    this.read = Set.copyOf(read);
  }

  /**
   * Looks below some places.
   *
   * @param depth how deep
   * @param read the real paths of the profiles that are read
   */
  static List<Path> below(List<Path> places, int depth, Set<Path> read) {
    OtherProfiles search = new OtherProfiles(read);
    places.forEach(place -> search.walk(place, depth));
    return List.copyOf(search.found);
  }

  private void walk(Path place, int depth) {
    try {
      Files.walkFileTree(place.toRealPath(), EnumSet.noneOf(FileVisitOption.class), depth, this);
    } catch (IOException e) {
      // A place that is not there holds nothing.
      return;
    }
  }

  @Override
  public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
    if (++folders > MAX_FOLDERS || found.size() >= MAX_FOUND) {
      return FileVisitResult.TERMINATE;
    }
    String name = Objects.toString(folder.getFileName(), "");
    if (read.contains(folder) || LARGE.contains(name) || ProfileFinder.NO_PROFILES.contains(name)) {
      return FileVisitResult.SKIP_SUBTREE;
    }
    if (Arrays.stream(Family.values()).anyMatch(one -> isDatabase(folder.resolve(one.file)))) {
      found.add(folder);
      return FileVisitResult.SKIP_SUBTREE;
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFileFailed(Path file, IOException why) {
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException why) {
    return FileVisitResult.CONTINUE;
  }

  private static boolean isDatabase(Path file) {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(file)) {
      return Arrays.equals(in.readNBytes(HEAD.length), HEAD);
    } catch (IOException e) {
      return false;
    }
  }
}
