// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IpLiteralTest {
  /** None of them is an address, and each might be sent to a name service as a name. */
  private static final List<String> NAMES =
      List.of(
          "999.1.1.1",
          "1.2.3.256",
          "01.2.3.4",
          "1.2.3",
          "1",
          "dead",
          "beef.",
          ".:1",
          "..1:",
          "a.b",
          "localhost",
          "1.2.3.4.5",
          "");

  @ParameterizedTest
  @ValueSource(
      strings = {"0.0.0.0", "255.255.255.255", "192.0.2.10", "::", "::1", "2001:DB8::7", "1::2:3"})
  void anAddressIsRead(String text) throws Exception {
    assertThat(IpLiteral.parse(text)).isEqualTo(InetAddress.getByName(text));
  }

  @Test
  void aMappedAddressIsTheOneThatItMaps() throws Exception {
    assertThat(IpLiteral.parse("::ffff:192.0.2.1")).isEqualTo(InetAddress.getByName("192.0.2.1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"::::", "1:2", "fe80::1%1", "[::1]", "1::2::3", ":", "12345::"})
  void whatIsNoAddressIsNone(String text) {
    assertThat(IpLiteral.parse(text)).isNull();
  }

  /** In a process whose name service knows each of the names. */
  @Test
  void nobodyIsAsked(@TempDir Path folder) throws Exception {
    Path hosts = folder.resolve("hosts");
    Files.writeString(hosts, "198.51.100.1 " + String.join(" ", NAMES) + "\n");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Djdk.net.hosts.file=" + hosts);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Asking.class.getName()));
    command.addAll(NAMES);

    assertThat(output(command)).isEqualTo("198.51.100.1".concat(" null".repeat(NAMES.size())));
  }

  private static String output(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said;
  }

  /** Says what Java finds for the first name, and what we find for each. */
  static final class Asking {
    private Asking() {}

    public static void main(String[] names) throws Exception {
      StringBuilder found = new StringBuilder(InetAddress.getByName(names[0]).getHostAddress());
      for (String name : names) {
        found.append(' ').append(IpLiteral.parse(name));
      }
      System.out.print(found);
    }
  }
}
