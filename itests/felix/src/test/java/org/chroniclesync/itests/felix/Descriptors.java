// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.felix;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The sockets and files that this process has open, by kind. Linux only; empty elsewhere. */
final class Descriptors {
  private static final Path OPEN = Path.of("/proc/self/fd");

  /** Where each is, by kind: of a socket its two ends. */
  private final Map<String, List<String>> open;

  private Descriptors(Map<String, List<String>> open) {
    this.open = open;
  }

  static Descriptors now() throws IOException {
    Map<String, List<String>> found = new TreeMap<>();
    if (Files.isDirectory(OPEN)) {
      try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(OPEN)) {
        for (Path one : descriptors) {
          add(one, found);
        }
      }
    }
    return new Descriptors(found);
  }

  private static void add(Path descriptor, Map<String, List<String>> found) throws IOException {
    String target;
    try {
      target = Files.readSymbolicLink(descriptor).toString();
    } catch (IOException e) {
      return; // It was closed while we looked.
    }
    Descriptor one = target.startsWith("socket:[") ? socket(target) : file(target);
    found.computeIfAbsent(one.kind(), kind -> new ArrayList<>()).add(one.place());
  }

  private static Descriptor file(String target) {
    String name = target.substring(target.lastIndexOf('/') + 1);
    return new Descriptor(name.replaceAll("[0-9]+", "").replace("[]", ""), target);
  }

  /** Which protocol's table has the socket: what is left behind is easier found by it. */
  private static Descriptor socket(String target) throws IOException {
    String inode = target.substring("socket:[".length(), target.length() - 1);
    for (String table : List.of("tcp", "tcp6", "udp", "udp6", "unix")) {
      Path lines = Path.of("/proc/self/net", table);
      if (Files.exists(lines)) {
        for (String line : Files.readAllLines(lines, StandardCharsets.ISO_8859_1)) {
          List<String> columns = List.of(line.strip().split("\\s+"));
          if (columns.contains(inode)) {
            return socket(table, columns);
          }
        }
      }
    }
    return new Descriptor("socket of no protocol, as one that was never bound", target);
  }

  /**
   * Of tcp and udp the columns are number, local end, remote end, state; 0A is one that listens.
   */
  private static Descriptor socket(String table, List<String> columns) {
    if (table.equals("unix")) {
      return new Descriptor("socket unix", columns.get(columns.size() - 1));
    }
    boolean listens = table.startsWith("tcp") && columns.get(3).equals("0A");
    String place = port(columns.get(1)) + " to " + port(columns.get(2)) + " in " + columns.get(3);
    return new Descriptor("socket " + table + (listens ? " that listens" : ""), place);
  }

  private static int port(String end) {
    return Integer.parseInt(end.substring(end.indexOf(':') + 1), 16);
  }

  /** Returns the kinds of which there are more here than there. */
  Set<String> moreThan(Descriptors before) {
    Set<String> more = new TreeSet<>();
    open.forEach(
        (kind, places) -> {
          List<String> held = before.open.getOrDefault(kind, List.of());
          if (places.size() > held.size()) {
            more.add(kind + ": " + places + " instead of " + held);
          }
        });
    return more;
  }

  private record Descriptor(String kind, String place) {}
}
