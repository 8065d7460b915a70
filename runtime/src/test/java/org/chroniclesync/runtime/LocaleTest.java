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
import java.util.Arrays;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The script under locales that know nothing but ASCII, where Java would lose all other letters.
 */
@Timeout(60)
@EnabledOnOs(OS.LINUX)
class LocaleTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "C", "POSIX", "xx_YY.UTF-8", "C.UTF-8"})
  void pathsArgumentsAndAnswersKeepTheirLetters(String locale, @TempDir Path folder)
      throws Exception {
    Path home = Path.of("src/main/dist").toAbsolutePath();
    Path installed = folder.resolve("installed");
    assertThat(
            new ProcessBuilder("cp", "-R", home.toString(), installed.toString()).start().waitFor())
        .isZero();
    classPath(Files.createDirectory(installed.resolve("lib")).resolve("all.jar"));
    // The name has to be made by a program that takes bytes as they are.
    Path socket = DataFolder.socket(folder);
    Path link = folder.resolve("link");
    try (ServerSocketChannel node = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      node.bind(UnixDomainSocketAddress.of(socket));
      String run =
          "ln -s . \"$1/d\u00f8\"; exec sh \"$2/bin/chroniclesync\" search --data \"$1/d\u00f8\" \u00d8kland";
      ProcessBuilder builder =
          new ProcessBuilder("sh", link.toString(), folder.toString(), installed.toString());
      Files.writeString(link, run);
      builder
          .environment()
          .keySet()
          .removeIf(name -> name.startsWith("LC_") || name.equals("LANG"));
      builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
      if (!locale.isEmpty()) {
        builder.environment().put("LC_ALL", locale);
      }
      Process script = builder.redirectErrorStream(true).start();
      Thread answering = new Thread(() -> answer(node), "node");
      answering.setDaemon(true);
      answering.start();
      String said = new String(script.getInputStream().readAllBytes(), UTF_8);

      assertThat(script.waitFor()).as(said).isZero();
      assertThat(said).isEqualTo("[search \u00d8kland]\n");
    }
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
