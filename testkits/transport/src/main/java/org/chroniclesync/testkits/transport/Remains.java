// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.transport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a process holds that a transport could leave behind.
 *
 * @param threads the threads of Java
 * @param sockets the inodes of its sockets, on Linux
 */
record Remains(Set<Thread> threads, Set<String> sockets) {
  static final Remains NONE = new Remains(Set.of(), Set.of());

  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
  private static final Pattern SOCKET = Pattern.compile("socket:\\[(\\d+)\\]");

  /** Local address with its port, state, and inode of a line of /proc/net/tcp or udp. */
  private static final Pattern LINE =
      Pattern.compile(
          "\\s*\\d+: [0-9A-F]+:([0-9A-F]{4}) \\S+ ([0-9A-F]{2})(?: \\S+){3}\\s+\\d+\\s+\\d+ (\\d+) .*");

  private static final String LISTENING = "0A";

  static {
    openWhatJavaKeeps();
  }

  static Remains take() {
    return new Remains(Set.copyOf(Thread.getAllStackTraces().keySet()), openSockets());
  }

  /** Returns, in words, what is here now and was not before. */
  List<String> since(Remains before) {
    List<String> all = new ArrayList<>();
    for (Thread thread : threads) {
      if (!before.threads.contains(thread) && thread.isAlive() && isOfATransport(thread)) {
        all.add("thread " + thread.getName());
      }
    }
    for (String socket : sockets) {
      if (!before.sockets.contains(socket)) {
        all.add("socket " + socket);
      }
    }
    return all;
  }

  /** The JVM, JUnit and the kit have threads of their own. */
  private static boolean isOfATransport(Thread thread) {
    String name = thread.getName();
    return !name.startsWith("kit-")
        && !name.startsWith("awaitility")
        && !name.startsWith("junit-")
        && !name.startsWith("ForkJoinPool")
        && !name.startsWith("surefire")
        && thread.getThreadGroup() != null
        && !"system".equals(thread.getThreadGroup().getName());
  }

  /** Returns the ports that this process listens at by TCP and did not before. */
  Set<Integer> tcpPorts(Remains before) {
    Set<Integer> ports = ports("tcp", LISTENING, before);
    ports.addAll(ports("tcp6", LISTENING, before));
    return ports;
  }

  /** Returns the ports at which this process takes datagrams and did not before. */
  Set<Integer> udpPorts(Remains before) {
    Set<Integer> ports = ports("udp", "07", before);
    ports.addAll(ports("udp6", "07", before));
    return ports;
  }

  private Set<Integer> ports(String table, String state, Remains before) {
    Set<Integer> ports = new HashSet<>();
    for (String line : lines(Path.of("/proc/self/net", table))) {
      Matcher matcher = LINE.matcher(line);
      if (matcher.matches()
          && matcher.group(2).equals(state)
          && sockets.contains(matcher.group(3))
          && !before.sockets.contains(matcher.group(3))) {
        ports.add(Integer.parseInt(matcher.group(1), 16));
      }
    }
    return ports;
  }

  private static List<String> lines(Path file) {
    try {
      return Files.isReadable(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Set<String> openSockets() {
    Set<String> inodes = new HashSet<>();
    if (Files.isDirectory(DESCRIPTORS)) {
      try (Stream<Path> all = Files.list(DESCRIPTORS)) {
        for (Path each : all.toList()) {
          Matcher matcher = SOCKET.matcher(target(each));
          if (matcher.matches()) {
            inodes.add(matcher.group(1));
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return inodes;
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      return ""; // closed meanwhile
    }
  }

  /** Java opens a socket for its own use when the first is used, and keeps it. */
  private static void openWhatJavaKeeps() {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
        Socket accepted = server.accept()) {
      accepted.getOutputStream().write(1);
      client.getInputStream().read();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
