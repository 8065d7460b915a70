// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.osgi.framework.Constants;

/**
 * The configurations of a process. The user's own override those of the distribution, and the
 * command line overrides both. A file is named by its PID and holds Java properties.
 */
final class Settings {
  private static final String SUFFIX = ".properties";
  private static final String DATA = "${data}";

  private final Path data;
  private final Map<String, Setting> settings = new LinkedHashMap<>();

  Settings(Path data) {
    this.data = data;
  }

  /** Adds all files of a folder, if it is there. */
  void read(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        put(name.substring(0, name.length() - SUFFIX.length()), properties(file));
      }
    }
  }

  /** Adds values to a configuration, which is made if it is missing. */
  void put(String id, Map<String, String> values) {
    Map<String, Object> typed = new LinkedHashMap<>();
    values.forEach(
        (key, value) -> typed.put(key, typed(key, value.replace(DATA, data.toString()))));
    add(id, typed);
  }

  /** Adds a list, whose items may be any text. */
  void put(String id, String key, List<String> items) {
    add(id, Map.of(key, items.toArray(String[]::new)));
  }

  private void add(String id, Map<String, Object> values) {
    settings.merge(id, Setting.of(id, values), (held, added) -> held.with(added.values()));
  }

  /**
   * A value in brackets is a list; the component runtime converts everything else to its type. But
   * the framework accepts a ranking only as a number.
   */
  private static Object typed(String key, String value) {
    String text = value.strip();
    if (key.equals(Constants.SERVICE_RANKING) && text.matches("-?\\d{1,9}")) {
      return Integer.valueOf(text);
    }
    if (!text.startsWith("[") || !text.endsWith("]")) {
      return value;
    }
    return Arrays.stream(text.substring(1, text.length() - 1).split(","))
        .map(String::strip)
        .filter(item -> !item.isEmpty())
        .toArray(String[]::new);
  }

  Collection<Setting> all() {
    return settings.values();
  }

  static Map<String, String> properties(Path file) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(reader);
    }
    Map<String, String> values = new LinkedHashMap<>();
    properties.stringPropertyNames().forEach(key -> values.put(key, properties.getProperty(key)));
    return values;
  }
}
