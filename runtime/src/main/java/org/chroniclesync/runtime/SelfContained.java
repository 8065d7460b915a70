// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.jspecify.annotations.Nullable;

/**
 * The entry of the runnable jar, which has the distribution in it. It unpacks that into the data
 * folder, once for each version, and goes on with the launcher there. Uses nothing but the JDK,
 * because nothing else is on the class path yet.
 */
public final class SelfContained {
  private static final String INSIDE = "dist/";
  private static final String BUILD = INSIDE + "BUILD";
  private static final Set<String> COMMANDS = Set.of("node", "discovery", "shell", "mnemonic");
  private static final int USAGE = 2;
  private static final int DATA = 4;

  private SelfContained() {}

  /**
   * Unpacks what is missing and runs the launcher.
   *
   * @param args as those of {@link Launcher}; without a command it is a node
   * @throws Exception what the launcher throws
   */
  public static void main(String[] args) throws Exception {
    List<String> words = new ArrayList<>(Arrays.asList(args));
    if (words.isEmpty() || words.get(0).startsWith("-")) {
      words.add(0, "node");
    } else if (words.get(0).equals("start")) {
      words.set(0, "node");
    }
    if (!COMMANDS.contains(words.get(0))) {
      System.err.println(
          "Say what to be: node (also if nothing is said), discovery, shell or mnemonic; then the"
              + " options, such as --data DIR.");
      System.exit(USAGE);
    }
    launch(install(data(words)), words);
  }

  private static void launch(Path distribution, List<String> words) throws Exception {
    System.setProperty("chroniclesync.dist", distribution.toString());
    List<URL> urls = new ArrayList<>();
    try (DirectoryStream<Path> jars =
        Files.newDirectoryStream(distribution.resolve("lib"), "*.jar")) {
      for (Path jar : jars) {
        urls.add(jar.toUri().toURL());
      }
    }
    // Never closed: it is for as long as the process runs.
    ClassLoader loader =
        new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    Thread.currentThread().setContextClassLoader(loader);
    loader
        .loadClass("org.chroniclesync.runtime.Launcher")
        .getMethod("main", String[].class)
        .invoke(null, (Object) words.toArray(String[]::new));
  }

  /** The same folder that the launcher will take. */
  private static Path data(List<String> words) {
    int option = words.lastIndexOf("--data");
    if (option >= 0 && option + 1 < words.size()) {
      return Path.of(words.get(option + 1)).toAbsolutePath().normalize();
    }
    String folder =
        words.get(0).equals("discovery") ? ".chroniclesync-discovery" : ".chroniclesync";
    return Path.of(System.getProperty("user.home"), folder);
  }

  private static Path install(Path data) {
    try (JarFile jar = self()) {
      String build = build(jar);
      Path installs = data.resolve("install");
      Path target = installs.resolve(build);
      if (!Files.isDirectory(target)) {
        makePrivate(data);
        Files.createDirectories(installs);
        // Another process may be at it too: whoever renames first wins, and none sees a half.
        Path fresh = Files.createTempDirectory(installs, ".unpacking-");
        unpack(jar, fresh);
        rename(fresh, target);
        forgetOthers(installs, target);
      }
      return target;
    } catch (IOException e) {
      System.err.println(
          "The distribution cannot be unpacked into "
              + data
              + ": "
              + e
              + ". Choose another folder"
              + " with --data.");
      System.exit(DATA);
      throw new IllegalStateException(e);
    }
  }

  private static JarFile self() throws IOException {
    CodeSource source = SelfContained.class.getProtectionDomain().getCodeSource();
    if (source == null) {
      throw new IOException("this is not the runnable jar");
    }
    try {
      return new JarFile(Path.of(source.getLocation().toURI()).toFile());
    } catch (java.net.URISyntaxException e) {
      throw new IOException("where the jar is cannot be told", e);
    }
  }

  private static String build(JarFile jar) throws IOException {
    JarEntry entry = jar.getJarEntry(BUILD);
    if (entry == null) {
      throw new IOException("there is no distribution in " + jar.getName());
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
      Path folder = file.getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      try (InputStream in = jar.getInputStream(entry)) {
        Files.copy(in, file);
      }
    }
  }

  private static void rename(Path fresh, Path target) throws IOException {
    try {
      Files.move(fresh, target);
    } catch (IOException e) {
      if (!Files.isDirectory(target)) {
        throw e;
      }
      delete(fresh);
    }
  }

  /** Of earlier versions; one that is still in use cannot be deleted on Windows, and stays. */
  private static void forgetOthers(Path installs, Path keep) {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(installs)) {
      for (Path one : all) {
        if (!one.equals(keep) && !one.getFileName().toString().startsWith(".")) {
          delete(one);
        }
      }
    } catch (IOException e) {
      System.err.println("An earlier version is left in " + installs + ": " + e);
    }
  }

  private static void delete(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
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

  /** As the launcher makes it; it comes later. */
  private static void makePrivate(Path data) throws IOException {
    if (Files.isDirectory(data)) {
      return;
    }
    boolean posix = data.getFileSystem().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] mine =
        posix
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
            }
            : new FileAttribute<?>[0];
    Files.createDirectories(data, mine);
  }
}
