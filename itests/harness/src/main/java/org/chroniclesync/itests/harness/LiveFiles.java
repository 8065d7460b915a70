// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.harness;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/** Looks into the folder of a node that runs, whose files come and go meanwhile. */
public final class LiveFiles {
  private LiveFiles() {}

  /**
   * Lists them. {@link Files#walk} throws when one goes between the listing and a look at it.
   *
   * @param folder where to look, at any depth
   * @return the regular files that were there
   * @throws IOException if something cannot be read that is there
   */
  public static List<Path> under(Path folder) throws IOException {
    List<Path> found = new ArrayList<>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile()) {
              found.add(file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            return past(file, e);
          }

          @Override
          public FileVisitResult postVisitDirectory(Path at, IOException e) throws IOException {
            return e == null ? FileVisitResult.CONTINUE : past(at, e);
          }

          private FileVisitResult past(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException && !file.equals(folder)) {
              return FileVisitResult.CONTINUE;
            }
            throw e;
          }
        });
    return found;
  }
}
