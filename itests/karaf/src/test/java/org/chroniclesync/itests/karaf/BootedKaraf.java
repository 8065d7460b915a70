// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.karaf;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Properties;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * A Karaf that nobody talks to: what it shall be is in its etc folder before it starts, and the
 * node is among its boot features. Its home stays as it was unpacked.
 */
final class BootedKaraf {
  private final Path home;
  private final Path base;
  private final int sshPort = freePort();
  private final int jmxPort = freePort();

  BootedKaraf(Path home, Path base) throws IOException {
    this.home = home;
    this.base = base;
    Files.createDirectories(base.resolve("etc"));
    Files.createDirectories(base.resolve("deploy"));
    try (Stream<Path> files = Files.list(home.resolve("etc"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, base.resolve("etc").resolve(file.getFileName()));
      }
    }
    edit("org.apache.karaf.shell.cfg", "sshPort", Integer.toString(sshPort));
    edit("org.apache.karaf.shell.cfg", "sshHost", "127.0.0.1");
    edit("org.apache.karaf.management.cfg", "rmiRegistryPort", Integer.toString(jmxPort));
    edit("org.apache.karaf.management.cfg", "rmiServerPort", Integer.toString(freePort()));
  }

  int sshPort() {
    return sshPort;
  }

  int jmxPort() {
    return jmxPort;
  }

  /** Lets somebody in who may do everything. Out of the box nobody may log in. */
  void administrator(String user, String password) throws IOException {
    edit("users.properties", user, password + ",_g_:admingroup");
    edit("users.properties", "_g_:admingroup", "group,admin,manager,viewer,systembundles,ssh");
  }

  /** Has it take what it lacks from a folder, and from nowhere else. */
  void offline(Path repository) throws IOException {
    String file = "org.ops4j.pax.url.mvn.cfg";
    extend(file, "org.ops4j.pax.url.mvn.defaultRepositories", repository(repository));
    edit(file, "org.ops4j.pax.url.mvn.repositories", "");
    edit(file, "org.ops4j.pax.url.mvn.localRepository", base.resolve("data/m2").toString());
  }

  /** Has it install a feature from a folder, and from nowhere else. */
  void install(Path repository, String features, String feature) throws IOException {
    offline(repository);
    extend("org.apache.karaf.features.cfg", "featuresRepositories", features);
    extend("org.apache.karaf.features.cfg", "featuresBoot", feature);
  }

  /** Names a folder as one of the repositories that are read where they are. */
  static String repository(Path folder) {
    return folder.toUri() + "@id=chroniclesync@snapshots";
  }

  void edit(String file, String key, String value) throws IOException {
    Properties properties = load(file);
    properties.setProperty(key, value);
    store(file, properties);
  }

  private void extend(String file, String key, String value) throws IOException {
    edit(file, key, load(file).getProperty(key) + ", " + value);
  }

  /** Gives the account its words, where the default configuration looks for them. */
  static void writeMnemonic(Path base, String words) throws IOException {
    Path account = base.resolve("chroniclesync/account");
    Files.createDirectories(
        account,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path file =
        Files.createFile(
            account.resolve("mnemonic"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, words, StandardCharsets.UTF_8);
  }

  /** Starts it on the Java of this process, to end at the latest with this process. */
  ProcessHandle start() throws IOException {
    return start(Path.of(System.getProperty("java.home")));
  }

  /** Starts it on some Java. */
  ProcessHandle start(Path java) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(home.resolve("bin/karaf").toString(), "daemon")
            .redirectErrorStream(true)
            .redirectOutput(base.resolve("output").toFile());
    builder.environment().put("JAVA_HOME", java.toString());
    builder.environment().put("KARAF_BASE", base.toString());
    builder.environment().put("CHECK_ROOT_INSTANCE_RUNNING", "false");
    Process process = builder.start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    return process.toHandle();
  }

  /** Below the ports of outgoing connections, which could take it before Karaf listens at it. */
  static int freePort() throws IOException {
    int port;
    do {
      port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
    } while (!isFree(port));
    return port;
  }

  private static boolean isFree(int port) throws IOException {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (BindException e) {
      return false;
    }
  }

  private Properties load(String file) throws IOException {
    Properties properties = new Properties();
    Path path = base.resolve("etc").resolve(file);
    if (Files.exists(path)) {
      try (InputStream in = Files.newInputStream(path)) {
        properties.load(in);
      }
    }
    return properties;
  }

  private void store(String file, Properties properties) throws IOException {
    try (OutputStream out = Files.newOutputStream(base.resolve("etc").resolve(file))) {
      properties.store(out, null);
    }
  }
}
