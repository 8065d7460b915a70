// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The script under locales that know nothing but ASCII, where Java would lose all other letters.
 */
@Timeout(600)
@EnabledOnOs(OS.LINUX)
class LocaleTest {
  /** This Java, and the others of the machine: what they do with the locale has changed. */
  private static List<String> javas() throws IOException {
    List<String> javas = new ArrayList<>(List.of(System.getProperty("java.home")));
    Path others = Path.of("/usr/lib/jvm");
    if (Files.isDirectory(others)) {
      try (Stream<Path> homes = Files.list(others)) {
        homes
            .filter(home -> !Files.isSymbolicLink(home))
            .filter(home -> Files.isExecutable(home.resolve("bin/java")))
            .map(Path::toString)
            .filter(home -> !javas.contains(home))
            .sorted()
            .forEach(javas::add);
      }
    }
    return javas;
  }

  private static Stream<Arguments> locales() throws IOException {
    return javas().stream()
        .flatMap(
            java ->
                Stream.of("", "C", "POSIX", "xx_YY.UTF-8", "C.UTF-8")
                    .map(locale -> Arguments.of(java, locale)));
  }

  /** A process, and what it said. */
  private record Ended(int code, String said) {}

  @ParameterizedTest
  @MethodSource("locales")
  void pathsArgumentsAndAnswersKeepTheirLetters(String java, String locale, @TempDir Path folder)
      throws Exception {
    try (ServerSocketChannel node = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      node.bind(UnixDomainSocketAddress.of(DataFolder.socket(folder)));
      Thread answering = new Thread(() -> answer(node), "node");
      answering.setDaemon(true);
      answering.start();

      Ended search = search(java, locale, System.getenv("PATH"), folder);

      assertThat(search).isEqualTo(new Ended(0, "[search \u00d8kland]\n"));
    }
  }

  /** As on a system that has no such locale; Java then knows ASCII only. */
  @ParameterizedTest
  @MethodSource("javas")
  void whereNoLocaleHoldsTheLettersTheyAreRefusedWithTheRemedy(String java, @TempDir Path folder)
      throws Exception {
    Path programs = Files.createDirectory(folder.resolve("programs"));
    Path locale = programs.resolve("locale");
    Files.writeString(locale, "#!/bin/sh\n[ \"$1\" = -a ] && echo xx_YY.utf8 || echo ASCII\n");
    assertThat(locale.toFile().setExecutable(true)).isTrue();

    Ended search = search(java, "C", programs + ":" + System.getenv("PATH"), folder);

    assertThat(search.code()).as(search.said()).isEqualTo(Exit.USAGE.code());
    assertThat(search.said())
        .startsWith("The locale (ANSI_X3.4-1968) does not hold all letters of the command line.")
        .contains("LC_ALL=C.UTF-8")
        .hasLineCount(1);
  }

  private static Ended search(String java, String locale, String path, Path folder)
      throws Exception {
    Path home = Path.of("src/main/dist").toAbsolutePath();
    Path installed = folder.resolve("installed");
    assertThat(
            new ProcessBuilder("cp", "-R", home.toString(), installed.toString()).start().waitFor())
        .isZero();
    classPath(Files.createDirectory(installed.resolve("lib")).resolve("all.jar"));
    // The name has to be made by a program that takes bytes as they are.
    Path link = folder.resolve("link");
    Files.writeString(
        link,
        "ln -s . \"$1/d\u00f8\"; exec sh \"$2/bin/chroniclesync\" search --data \"$1/d\u00f8\" \u00d8kland");
    ProcessBuilder builder =
        new ProcessBuilder("sh", link.toString(), folder.toString(), installed.toString());
    builder.environment().keySet().removeIf(name -> name.startsWith("LC_") || name.equals("LANG"));
    builder.environment().put("JAVA_HOME", java);
    builder.environment().put("PATH", path);
    if (!locale.isEmpty()) {
      builder.environment().put("LC_ALL", locale);
    }
    Process script = builder.redirectErrorStream(true).start();
    String said = new String(script.getInputStream().readAllBytes(), UTF_8);
    return new Ended(script.waitFor(), said);
  }

  /** Greets, and sends back the two words that come. */
  private static void answer(ServerSocketChannel node) {
    try (SocketChannel client = node.accept()) {
      client.read(ByteBuffer.allocate(1));
      client.write(ByteBuffer.wrap(new byte[] {4}));
      ByteBuffer request = ByteBuffer.allocate(1_024);
      client.read(request);
      request.flip().position(1 + 4);
      String words = "[" + word(request) + " " + word(request) + "]\u0004";
      client.write(ByteBuffer.wrap(words.getBytes(UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String word(ByteBuffer request) {
    byte[] bytes = new byte[request.getInt()];
    request.get(bytes);
    return new String(bytes, UTF_8);
  }

  private static void classPath(Path jar) throws Exception {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest
        .getMainAttributes()
        .put(
            Attributes.Name.CLASS_PATH,
            Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(path -> Path.of(path).toUri().toString())
                .collect(Collectors.joining(" ")));
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream made = new JarOutputStream(out, manifest)) {
      made.finish();
    }
  }
}
