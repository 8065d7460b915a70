// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.chroniclesync.api.importer.SkipReason;
import org.chroniclesync.api.sync.Deletion;
import org.chroniclesync.support.status.Diagnosis;
import org.junit.jupiter.api.Test;

/** The files of the page, as they are written. */
class PageFilesTest {
  private static final Path PAGE = Path.of("src/main/resources/org/chroniclesync/web/page");
  private static final int MAX_COMPRESSED_BYTES = 150_000;
  private static final Pattern TEXT = Pattern.compile("(?m)^ {2}'?([\\w. \\-]+)'?: ");
  private static final Pattern HOLE = Pattern.compile("\\{(\\w+)\\}");
  private static final Pattern USE = Pattern.compile("\\b(?:t|count)\\('([\\w.\\-]+)'");

  private static final Pattern IMPORT = Pattern.compile("(?m)^import [^;]*'\\./([\\w./-]+)';");
  private static final Pattern AHEAD = Pattern.compile("rel=\"modulepreload\" href=\"/([^\"]+)\"");

  /** What makes markup or code of a text, or fetches from elsewhere. */
  private static final Pattern UNSAFE =
      Pattern.compile(
          "innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|document\\.write|\\beval\\("
              + "|new Function|style=\"|style='|fetch\\('http");

  @Test
  void eachLanguageHasEachTextWithTheSameHolesAndAName() throws IOException {
    Map<String, Set<String>> english = holes("en.js");
    assertThat(english).hasSizeGreaterThan(100);
    String names = Files.readString(PAGE.resolve("strings.js"));
    for (Path file : files("strings")) {
      String name = file.getFileName().toString();
      assertThat(holes(name)).as(name).isEqualTo(english);
      assertThat(names).contains(name.replace(".js", ": '"));
    }
  }

  @Test
  void eachTextThatIsUsedIsThere() throws IOException {
    Set<String> english = texts("en.js");
    Set<String> missing = new TreeSet<>();
    for (Path file : files("")) {
      Matcher use = USE.matcher(Files.readString(file));
      while (use.find()) {
        if (!english.contains(use.group(1))) {
          missing.add(file.getFileName() + ": " + use.group(1));
        }
      }
    }
    assertThat(missing).isEmpty();
  }

  /** What the node says by a word of its own has a text, too. */
  @Test
  void eachWordOfTheNodeHasAText() throws IOException {
    Set<String> words = new TreeSet<>();
    add(words, "skip.", SkipReason.values(), '-');
    add(words, "deletion.", Deletion.State.values(), ' ');
    add(words, "why.", Diagnosis.Code.values(), '-');
    for (Code code : Code.values()) {
      words.addAll(List.of("problem." + code.word(), "problem." + code.word() + ".do"));
    }
    List.of("identity", "codec", "handler", "transport", "discovery", "storage")
        .forEach(kind -> words.addAll(List.of("missing." + kind, "missing." + kind + ".do")));
    words.addAll(List.of("imports.done", "imports.failed", "imports.cancelled"));
    assertThat(texts("en.js")).containsAll(words);
  }

  private static void add(Set<String> words, String beginning, Enum<?>[] values, char between) {
    for (Enum<?> value : values) {
      words.add(beginning + value.name().toLowerCase(Locale.ROOT).replace('_', between));
    }
  }

  @Test
  void noTextBecomesMarkupOrCode() throws IOException {
    List<String> unsafe = new ArrayList<>();
    for (Path file : files("")) {
      Matcher found = UNSAFE.matcher(Files.readString(file));
      while (found.find()) {
        unsafe.add(file.getFileName() + ": " + found.group());
      }
    }
    assertThat(unsafe).isEmpty();
  }

  @Test
  void allOfItIsSmall() throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try (Stream<Path> files = Files.walk(PAGE)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        try (OutputStream to = new GZIPOutputStream(all)) {
          Files.copy(file, to);
        }
      }
    }
    assertThat(all.size()).isLessThan(MAX_COMPRESSED_BYTES);
  }

  /** Else a browser learns of each only from one that it has fetched. */
  @Test
  void allThatTheFirstLookNeedsIsFetchedAtOnce() throws IOException {
    Set<String> needed = new TreeSet<>();
    addImports(needed, "app.js");
    Set<String> ahead = new TreeSet<>();
    Matcher link = AHEAD.matcher(Files.readString(PAGE.resolve("index.html")));
    while (link.find()) {
      ahead.add(link.group(1));
    }
    assertThat(ahead).hasSizeGreaterThan(10).isEqualTo(needed);
  }

  /** Else a line of French begins with a colon. */
  @Test
  void whatFrenchSetsApartStaysTogether() throws IOException {
    List<String> apart =
        Files.readAllLines(PAGE.resolve("strings").resolve("fr.js")).stream()
            .filter(line -> TEXT.matcher(line).find())
            .filter(line -> Pattern.compile("[^'}] [:;!?»%]|« |\\} [:;!?»%]").matcher(line).find())
            .toList();
    assertThat(apart).isEmpty();
  }

  /** Else they are asked for twice. */
  @Test
  void theFirstLookAsksForWhatTheTimelineTakes() throws IOException {
    Matcher first =
        Pattern.compile("const FIRST = (\\d+);")
            .matcher(Files.readString(PAGE.resolve("timeline.js")));
    assertThat(first.find()).isTrue();
    assertThat(Files.readString(PAGE.resolve("first.js")))
        .contains("'timeline?limit=" + first.group(1) + "'");
  }

  private static void addImports(Set<String> needed, String file) throws IOException {
    Path path = PAGE.resolve(file);
    if (!Files.exists(path)) {
      return; // a library
    }
    Matcher found = IMPORT.matcher(Files.readString(path));
    while (found.find()) {
      if (needed.add(found.group(1))) {
        addImports(needed, found.group(1));
      }
    }
  }

  private static List<Path> files(String folder) throws IOException {
    try (Stream<Path> files = Files.list(PAGE.resolve(folder))) {
      List<Path> found = files.filter(file -> file.toString().endsWith(".js")).toList();
      assertThat(found).isNotEmpty();
      return found;
    }
  }

  private static Set<String> texts(String file) throws IOException {
    return holes(file).keySet();
  }

  /** What is put into each text. */
  private static Map<String, Set<String>> holes(String file) throws IOException {
    Map<String, Set<String>> found = new TreeMap<>();
    for (String line : Files.readAllLines(PAGE.resolve("strings").resolve(file))) {
      Matcher text = TEXT.matcher(line);
      if (text.find()) {
        Set<String> holes = new TreeSet<>();
        Matcher hole = HOLE.matcher(line);
        while (hole.find()) {
          holes.add(hole.group(1));
        }
        found.put(text.group(1), holes);
      }
    }
    return found;
  }
}
