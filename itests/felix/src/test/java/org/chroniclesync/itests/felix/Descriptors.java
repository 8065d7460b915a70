// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.felix;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The sockets and files that this process has open, counted by kind. Linux only; empty elsewhere.
 */
final class Descriptors {
  private static final Path OPEN = Path.of("/proc/self/fd");

  private final Map<String, Integer> counts;

  private Descriptors(Map<String, Integer> counts) {
    this.counts = counts;
  }

  static Descriptors now() throws IOException {
    Map<String, Integer> counts = new TreeMap<>();
    if (Files.isDirectory(OPEN)) {
      try (DirectoryStream<Path> open = Files.newDirectoryStream(OPEN)) {
        for (Path one : open) {
          count(one, counts);
        }
      }
    }
    return new Descriptors(counts);
  }

  private static void count(Path descriptor, Map<String, Integer> counts) {
    try {
      String target = Files.readSymbolicLink(descriptor).toString();
      counts.merge(kind(target), 1, Integer::sum);
    } catch (IOException e) {
      // It was closed while we looked.
    }
  }

  private static String kind(String target) throws IOException {
    if (target.startsWith("socket:[")) {
      return "socket " + protocol(target.substring("socket:[".length(), target.length() - 1));
    }
    String name = target.substring(target.lastIndexOf('/') + 1);
    return name.replaceAll("[0-9]+", "").replace("[]", "");
  }

  /** Which protocol's table has the socket: what is left behind is easier found by it. */
  private static String protocol(String inode) throws IOException {
    for (String table : List.of("tcp", "tcp6", "udp", "udp6", "unix")) {
      Path lines = Path.of("/proc/self/net", table);
      if (Files.exists(lines)) {
        for (String line : Files.readAllLines(lines, StandardCharsets.ISO_8859_1)) {
          List<String> columns = List.of(line.strip().split("\\s+"));
          if (columns.contains(inode)) {
            // Of tcp and udp the fourth column is the state, 0A of one that listens.
            boolean listens = table.startsWith("tcp") && columns.get(3).equals("0A");
            return listens ? table + " that listens" : table;
          }
        }
      }
    }
    return "of no protocol, as one that was never bound";
  }

  /** Returns the kinds of which there are more here than there. */
  Set<String> moreThan(Descriptors before) {
    Set<String> more = new TreeSet<>();
    counts.forEach(
        (kind, count) -> {
          int held = before.counts.getOrDefault(kind, 0);
          if (count > held) {
            more.add(kind + ": " + count + " instead of " + held);
          }
        });
    return more;
  }
}
