// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the build made. */
final class Built {
  private static final Path TARGET = Path.of(System.getProperty("chroniclesync.target"));

  private Built() {}

  static String platform() {
    return System.getProperty("chroniclesync.platform");
  }

  /** All bundles, for all platforms, with their index. */
  static Path repository() {
    return TARGET.resolve("repository");
  }

  static Path distribution() {
    return TARGET.resolve("dist");
  }

  static Path runnableJar() {
    return TARGET.resolve("chroniclesync-node.jar");
  }

  static Path debian() {
    return TARGET.resolve("chroniclesync-discovery.deb");
  }

  static Path archive(String suffix) throws IOException {
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(TARGET, "chroniclesync-*-" + platform() + suffix)) {
      return files.iterator().next();
    }
  }
}
