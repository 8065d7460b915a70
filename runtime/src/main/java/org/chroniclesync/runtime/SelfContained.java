// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.jar.JarFile;
import org.chroniclesync.support.files.PrivateFiles;
import org.jspecify.annotations.Nullable;

/**
 * The entry of the runnable jar, which contains the distribution. It unpacks that into the data
 * folder, once for each version, and starts the launcher there. It uses only the JDK and what
 * {@code runnable.xml} puts beside it, because nothing else is on the class path yet.
 */
public final class SelfContained {
  private static final Set<String> COMMANDS =
      Set.of("node", "discovery", "shell", "command", "mnemonic");
  private static final int USAGE = 2;
  private static final int DATA = 4;

  /** Held until the process ends: a channel that the collector finds unused gives its lock up. */
  private static Installations.@Nullable Use inUse;

  private SelfContained() {}

  /**
   * Unpacks what is missing and runs the launcher.
   *
   * @param args as those of {@link Launcher}; without a command it runs a node
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
          "Usage: java -jar chroniclesync-node.jar [node | discovery | shell | command | mnemonic] [options]\n"
              + "Unknown command "
              + words.get(0)
              + ". Without a command it runs a node. An option is, for example, --data DIR.");
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
    // Never closed: the process runs from it until it ends.
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
      PrivateFiles.createDirectories(data);
      Installations.Use use = new Installations(data.resolve("install")).use(jar);
      inUse = use;
      return use.path();
    } catch (IOException e) {
      System.err.println(
          "The distribution cannot be unpacked into "
              + data
              + ": "
              + e
              + ". Choose another folder with --data.");
      System.exit(DATA);
      throw new IllegalStateException(e);
    }
  }

  private static JarFile self() throws IOException {
    CodeSource source = SelfContained.class.getProtectionDomain().getCodeSource();
    if (source == null) {
      throw new IOException("this class is not in the runnable jar");
    }
    try {
      return new JarFile(Path.of(source.getLocation().toURI()).toFile());
    } catch (java.net.URISyntaxException e) {
      throw new IOException("the place of the jar is unknown", e);
    }
  }
}
