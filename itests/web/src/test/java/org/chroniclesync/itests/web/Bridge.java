// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.opentest4j.TestAbortedException;

/**
 * A network of the test's own: a bridge, to which computers are tied that have no other way out.
 */
final class Bridge implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  private final String prefix = "cs" + ProcessHandle.current().pid() + "x";
  private final Deque<String> spaces = new ArrayDeque<>();
  private int computers;

  /**
   * Makes a network.
   *
   * @throws TestAbortedException where that is not allowed
   */
  Bridge() throws IOException, InterruptedException {
    try {
      space("bridge");
      ip("-n", prefix + "bridge", "link", "add", "br0", "type", "bridge", "mcast_snooping", "0");
      ip("-n", prefix + "bridge", "link", "set", "br0", "up");
    } catch (IOException | IllegalStateException e) {
      close();
      throw new TestAbortedException("network namespaces cannot be made here: " + e.getMessage());
    }
  }

  private void space(String name) throws IOException, InterruptedException {
    ip("netns", "add", prefix + name);
    spaces.push(prefix + name);
  }

  /**
   * Ties one more computer to it.
   *
   * @param addresses before which the number of the computer is put, such as {@code 10.77.0.%d/24}
   * @return what a command begins with that runs there
   */
  List<String> computer(String... addresses) throws IOException, InterruptedException {
    int number = ++computers;
    String name = prefix + number;
    space(Integer.toString(number));
    String port = "p" + number;
    ip("-n", name, "link", "add", "eth0", "type", "veth", "peer", "name", port);
    ip("-n", name, "link", "set", port, "netns", prefix + "bridge");
    ip("-n", prefix + "bridge", "link", "set", port, "master", "br0", "up");
    for (String address : addresses) {
      ip("-n", name, "addr", "add", address.formatted(number), "dev", "eth0", "nodad");
    }
    ip("-n", name, "link", "set", "lo", "up");
    ip("-n", name, "link", "set", "eth0", "up");
    return List.of("ip", "netns", "exec", name);
  }

  /** Ties a computer to it, or takes it off. */
  void tie(int number, boolean tied) throws IOException, InterruptedException {
    ip("-n", prefix + "bridge", "link", "set", "p" + number, tied ? "up" : "down");
  }

  /** The ways out that a computer knows. */
  String routes(int number) throws IOException, InterruptedException {
    return ip("-n", prefix + number, "route", "show", "default")
        + ip("-n", prefix + number, "-6", "route", "show", "default");
  }

  private static String ip(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(words));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IllegalStateException(String.join(" ", command) + ": " + said.strip());
    }
    return said;
  }

  @Override
  public void close() throws IOException {
    try {
      while (!spaces.isEmpty()) {
        ip("netns", "del", spaces.pop());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
