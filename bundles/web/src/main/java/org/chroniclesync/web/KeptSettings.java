// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.chroniclesync.support.files.PrivateFiles;
import org.jspecify.annotations.Nullable;

/**
 * Where settings outlive the process: files of Java properties named by their PIDs, which the
 * launcher reads. A host that keeps configurations itself has no such folder.
 */
final class KeptSettings {
  private static final String HEADING = "# Changed on the page.\n";

  private final @Nullable Path folder;

  KeptSettings(@Nullable Path folder) {
    this.folder = folder;
  }

  /** Notes values, durably; null takes one out. What else the file has stays. */
  synchronized void keep(String id, Map<String, @Nullable Object> changes) throws IOException {
    if (folder == null) {
      return;
    }
    PrivateFiles.createDirectories(folder);
    Path file = folder.resolve(id + ".properties");
    Properties properties = new Properties();
    if (Files.exists(file)) {
      properties.load(new StringReader(Files.readString(file)));
    }
    changes.forEach(
        (key, value) -> {
          if (value == null) {
            properties.remove(key);
          } else {
            properties.setProperty(key, text(value));
          }
        });
    PrivateFiles.write(file, ByteBuffer.wrap(written(properties).getBytes(UTF_8)));
  }

  private static String text(Object value) {
    return value instanceof String[] several
        ? "[" + String.join(", ", several) + "]"
        : String.valueOf(value);
  }

  private static String written(Properties properties) throws IOException {
    StringWriter writer = new StringWriter();
    properties.store(writer, null);
    // Without the date, which the library writes first.
    return writer
        .toString()
        .lines()
        .filter(line -> !line.startsWith("#"))
        .sorted()
        .collect(Collectors.joining("\n", HEADING, "\n"));
  }
}
