// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Enumeration;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.chroniclesync.support.files.PrivateFiles;
import org.jspecify.annotations.Nullable;

/**
 * The distributions that runnable jars unpacked into one data folder, a folder for each build. A
 * process holds a shared lock on the build that it runs from, so that a newer jar, such as that of
 * a shell, deletes only those that nobody uses.
 */
final class Installations {
  private static final String INSIDE = "dist/";
  private static final String BUILD = INSIDE + "BUILD";
  private static final String IN_USE = ".in-use-";
  private static final String UNPACKING = ".unpacking-";

  private final Path folder;

  /**
   * Names the folder.
   *
   * @param folder may be missing
   */
  Installations(Path folder) {
    this.folder = folder;
  }

  /**
   * An installation in use.
   *
   * @param path its folder
   * @param lock keeps it there until closed
   */
  record Use(Path path, FileChannel lock) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      lock.close();
    }
  }

  /**
   * Takes the distribution of a jar into use, unpacks it first where it is missing, and deletes
   * those that are not in use.
   *
   * @param jar a runnable jar
   * @return the distribution
   * @throws IOException if it cannot be unpacked
   */
  Use use(JarFile jar) throws IOException {
    String build = build(jar);
    Path target = folder.resolve(build);
    PrivateFiles.createDirectories(folder);
    // One process at a time unpacks, takes into use and deletes: between seeing a folder and
    // locking it nobody else may delete it.
    try (FileChannel gate = open(".lock")) {
      gate.lock();
      deleteHalfUnpacked();
      if (!Files.isDirectory(target)) {
        Path fresh = Files.createTempDirectory(folder, UNPACKING);
        unpack(jar, fresh);
        Files.move(fresh, target);
      }
      FileChannel lock = open(IN_USE + build);
      lock.lock(0, Long.MAX_VALUE, true);
      deleteUnused(target);
      return new Use(target, lock);
    }
  }

  private static String build(JarFile jar) throws IOException {
    JarEntry entry = jar.getJarEntry(BUILD);
    if (entry == null) {
      throw new IOException(jar.getName() + " does not contain a distribution");
    }
    try (InputStream in = jar.getInputStream(entry)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    }
  }

  private static void unpack(JarFile jar, Path target) throws IOException {
    Enumeration<JarEntry> entries = jar.entries();
    while (entries.hasMoreElements()) {
      JarEntry entry = entries.nextElement();
      if (!entry.getName().startsWith(INSIDE) || entry.isDirectory()) {
        continue;
      }
      Path file = target.resolve(entry.getName().substring(INSIDE.length()));
      Path parent = file.getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      try (InputStream in = jar.getInputStream(entry)) {
        Files.copy(in, file);
      }
    }
  }

  private void deleteHalfUnpacked() throws IOException {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, UNPACKING + "*")) {
      for (Path one : left) {
        delete(one);
      }
    }
  }

  private void deleteUnused(Path keep) {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, "[!.]*")) {
      for (Path one : all) {
        if (!one.equals(keep)) {
          deleteIfUnused(one);
        }
      }
    } catch (IOException e) {
      System.err.println("An earlier version remains in " + folder + ": " + e);
    }
  }

  private void deleteIfUnused(Path installation) throws IOException {
    String name = IN_USE + installation.getFileName();
    try (FileChannel channel = open(name);
        @Nullable FileLock unused = channel.tryLock()) {
      if (unused == null) {
        return;
      }
      delete(installation);
    } catch (OverlappingFileLockException e) {
      // This process uses it.
      return;
    }
    Files.deleteIfExists(folder.resolve(name));
  }

  private FileChannel open(String name) throws IOException {
    Path file = folder.resolve(name);
    PrivateFiles.create(file);
    return FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  private static void delete(Path tree) throws IOException {
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
              throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
