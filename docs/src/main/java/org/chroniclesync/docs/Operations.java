// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.chroniclesync.testkits.configuration.Metatype;
import org.jspecify.annotations.Nullable;

/**
 * The sections on configurations in {@code docs/operations.md}: each stands between a line {@code
 * <!-- metatype PID -->} and a line {@code <!-- end of metatype -->}. What stands between the
 * sections is a person's.
 */
public final class Operations {
  static final String COMMAND = "./chroniclesync docs";

  private static final String BEGIN = "<!-- metatype ";
  private static final String BEGIN_END = " -->";
  private static final String END = "<!-- end of metatype -->";

  private Operations() {}

  /**
   * Rewrites the sections.
   *
   * @param arguments the root of the checkout, with all bundles built
   * @throws IOException if a file cannot be read or written
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 1) {
      throw new IllegalArgumentException("Give the root of the checkout; or run " + COMMAND + ".");
    }
    Path root = Path.of(arguments[0]);
    Files.writeString(file(root), rewritten(root));
  }

  static Path file(Path root) {
    return root.resolve("docs/operations.md");
  }

  static String rewritten(Path root) throws IOException {
    return rewritten(Files.readString(file(root)), Bundles.all(root));
  }

  static String rewritten(String text, Map<String, Metatype> metatypes) {
    Map<String, Metatype> missing = new TreeMap<>(metatypes);
    List<String> lines = new ArrayList<>();
    int afterLast = -1;
    boolean inside = false;
    for (String line : text.lines().toList()) {
      String pid = pid(line);
      if (pid != null) {
        Metatype metatype = missing.remove(pid);
        if (metatype != null) {
          add(lines, lines.size(), metatype);
          afterLast = lines.size();
        }
        inside = true;
      } else if (line.equals(END)) {
        inside = false;
      } else if (!inside) {
        lines.add(line);
      }
    }
    if (inside || (afterLast < 0 && !missing.isEmpty())) {
      throw new IllegalStateException(
          "docs/operations.md needs at least one line \""
              + BEGIN
              + "PID"
              + BEGIN_END
              + "\", and a line \""
              + END
              + "\" after each");
    }
    for (Metatype metatype : missing.values()) {
      lines.add(afterLast++, "");
      afterLast = add(lines, afterLast, metatype);
    }
    return String.join("\n", lines) + "\n";
  }

  /** Says where two texts differ, or returns null if they don't. */
  static @Nullable String difference(String is, String shouldBe) {
    List<String> old = new ArrayList<>(is.lines().toList());
    List<String> fresh = new ArrayList<>(shouldBe.lines().toList());
    if (old.equals(fresh)) {
      return null;
    }
    StringBuilder text = new StringBuilder();
    old.stream().filter(line -> !fresh.contains(line)).forEach(line -> append(text, "- ", line));
    fresh.stream().filter(line -> !old.contains(line)).forEach(line -> append(text, "+ ", line));
    return text.isEmpty() ? "the same lines in another order\n" : text.toString();
  }

  private static void append(StringBuilder text, String sign, String line) {
    text.append(sign).append(line).append('\n');
  }

  private static int add(List<String> lines, int at, Metatype metatype) {
    List<String> section = new ArrayList<>();
    section.add(BEGIN + metatype.pid() + BEGIN_END);
    section.addAll(Section.of(metatype));
    section.add(END);
    lines.addAll(at, section);
    return at + section.size();
  }

  private static @Nullable String pid(String line) {
    return line.startsWith(BEGIN) && line.endsWith(BEGIN_END)
        ? line.substring(BEGIN.length(), line.length() - BEGIN_END.length())
        : null;
  }
}
