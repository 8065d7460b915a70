// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.webrtc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What real clients say: Chromium 156 and Firefox ESR 140, each as it is and with mDNS names off,
 * and one in the form of the drafts that Safari before iOS 13 writes.
 */
final class Clients {
  private static final Path FOLDER = folder();

  private Clients() {}

  private static Path folder() {
    try {
      return Path.of(Objects.requireNonNull(Clients.class.getResource("/clients")).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The names of all descriptions. */
  static Stream<String> descriptions() {
    return files(".sdp").stream().map(file -> file.getFileName().toString());
  }

  /** A description with the line ends that are sent. */
  static String description(String name) {
    return read(FOLDER.resolve(name)).replace("\n", "\r\n");
  }

  static Stream<String> candidates() {
    List<String> lines = new ArrayList<>();
    files(".candidates").forEach(file -> lines.addAll(List.of(read(file).split("\n"))));
    return lines.stream();
  }

  private static List<Path> files(String ending) {
    try (Stream<Path> all = Files.list(FOLDER)) {
      return all.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
