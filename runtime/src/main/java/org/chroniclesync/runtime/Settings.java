// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Constants;

/**
 * The configurations of a process. The user's own override those of the distribution, and the
 * command line overrides both. A file is named by its PID and holds Java properties.
 */
final class Settings {
  private static final String SUFFIX = ".properties";
  private static final int MAX_BYTES = 65_536;
  private static final String DATA = "${data}";

  private final Path data;
  private final Map<String, Setting> settings = new LinkedHashMap<>();

  Settings(Path data) {
    this.data = data;
  }

  /** Adds all files of a folder, if it is there. */
  void read(Path folder) throws ExitException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        put(name.substring(0, name.length() - SUFFIX.length()), properties(file));
      }
    } catch (IOException e) {
      throw new ExitException(Exit.USAGE, "The folder " + folder + " cannot be read: " + e + ".");
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

  /** A value as it will reach its component, or null if nobody set it as a text. */
  @Nullable String value(String id, String key) {
    Setting setting = settings.get(id);
    return setting != null && setting.values().get(key) instanceof String text ? text : null;
  }

  /**
   * Reads a file of Java properties in UTF-8.
   *
   * @throws ExitException if it is none, with the line
   */
  static Map<String, String> properties(Path file) throws ExitException {
    List<String> lines = lines(file);
    Properties properties;
    try {
      properties = loaded(lines);
    } catch (IllegalArgumentException e) {
      throw wrong(file, wrongLine(lines), "has a \\u without four hexadecimal digits behind it");
    }
    Map<String, String> values = new LinkedHashMap<>();
    properties.stringPropertyNames().forEach(key -> values.put(key, properties.getProperty(key)));
    return values;
  }

  private static Properties loaded(List<String> lines) {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(String.join("\n", lines)));
    } catch (IOException e) {
      throw new UncheckedIOException("a string is always readable", e);
    }
    return properties;
  }

  /** The first line without which the lines before it are readable, and with which they are not. */
  private static int wrongLine(List<String> lines) {
    int readable = 0;
    int wrong = lines.size();
    while (wrong - readable > 1) {
      int middle = (readable + wrong) >>> 1;
      try {
        loaded(lines.subList(0, middle));
        readable = middle;
      } catch (IllegalArgumentException e) {
        wrong = middle;
      }
    }
    return wrong;
  }

  private static List<String> lines(Path file) throws ExitException {
    byte[] bytes = bytes(file);
    List<String> lines = new ArrayList<>();
    int from = 0;
    for (int at = 0; at <= bytes.length; at++) {
      if (at == bytes.length || bytes[at] == '\n') {
        lines.add(text(file, lines.size() + 1, ByteBuffer.wrap(bytes, from, at - from)));
        from = at + 1;
      }
    }
    return lines;
  }

  private static String text(Path file, int line, ByteBuffer bytes) throws ExitException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw wrong(file, line, "is not UTF-8 text");
    }
  }

  private static byte[] bytes(Path file) throws ExitException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length <= MAX_BYTES) {
        return bytes;
      }
    } catch (IOException e) {
      throw new ExitException(Exit.USAGE, "The configuration " + file + " cannot be read: " + e);
    }
    throw new ExitException(
        Exit.USAGE, "The configuration " + file + " has more than " + MAX_BYTES + " bytes.");
  }

  private static ExitException wrong(Path file, int line, String what) {
    return new ExitException(
        Exit.USAGE,
        "Line "
            + line
            + " of "
            + file
            + " "
            + what
            + ". Correct the line, or move the file away to use the defaults.");
  }
}
