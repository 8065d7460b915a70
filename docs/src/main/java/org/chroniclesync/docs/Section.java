// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.docs;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.chroniclesync.testkits.configuration.Metatype;

/** One configuration as Markdown: a heading, and a table of the keys. */
final class Section {
  private Section() {}

  static List<String> of(Metatype metatype) {
    List<String> lines =
        new ArrayList<>(
            List.of(
                heading(metatype),
                "",
                metatype.description(),
                "",
                "| key | default | |",
                "| --- | --- | --- |"));
    metatype.keys().stream().map(Section::row).forEach(lines::add);
    return lines;
  }

  private static String heading(Metatype metatype) {
    String pid = code(metatype.pid());
    return metatype.factory()
        ? "### %s (factory: one file for each, %s)"
            .formatted(pid, code(metatype.pid() + "~NAME.properties"))
        : "### " + pid;
  }

  private static String row(Metatype.Key key) {
    String name = key.isMandatory() ? "**" + code(key.name()) + "**" : code(key.name());
    String preset = key.defaultValue();
    return "| %s | %s | %s |"
        .formatted(name, preset == null || preset.isEmpty() ? "" : code(preset), meaning(key));
  }

  private static String meaning(Metatype.Key key) {
    String text = key.description().replace("|", "\\|");
    return key.options().isEmpty()
        ? text
        : text
            + key.options().stream()
                .map(Section::code)
                .collect(Collectors.joining(", ", " One of ", "."));
  }

  private static String code(String text) {
    return "`" + text + "`";
  }
}
