// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import aQute.bnd.differ.Baseline;
import aQute.bnd.differ.DiffPluginImpl;
import aQute.bnd.osgi.Instructions;
import aQute.bnd.osgi.Jar;
import aQute.bnd.osgi.Processor;
import aQute.bnd.service.diff.Delta;
import aQute.bnd.service.diff.Diff;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What others compile against: its versions, and what a change of it means for whom. */
class VersionsTest {
  private static final Path CLASSES = Path.of("target/classes");
  private static final Path BASELINE = Path.of("src/baseline/org.chroniclesync.api.jar");
  private static final String ANNOTATION = "Lorg/osgi/annotation/versioning/%sType;";

  @Test
  void aPackageThatChangedHasAnotherVersion() throws Exception {
    try (Processor processor = new Processor();
        Jar now = new Jar(CLASSES.toFile());
        Jar before = new Jar(BASELINE.toFile())) {
      Baseline baseline = new Baseline(processor, new DiffPluginImpl());
      List<String> complaints =
          baseline.baseline(now, before, new Instructions("*")).stream()
              .filter(info -> info.mismatch)
              .map(VersionsTest::complaint)
              .toList();
      assertThat(baseline.getPackageInfos()).hasSizeGreaterThan(5);
      assertThat(complaints)
          .as(
              "packages that differ from %s; give them the version, or, before the first release,"
                  + " run ./chroniclesync baseline and commit what it writes",
              BASELINE)
          .isEmpty();
    }
  }

  @Test
  void everyExportedTypeSaysWhoImplementsIt() throws IOException {
    List<Path> types;
    try (Stream<Path> files = Files.walk(CLASSES)) {
      types = files.filter(VersionsTest::isExportedType).toList();
    }
    assertThat(types).hasSizeGreaterThan(50).allMatch(VersionsTest::isMarked, "is marked");
  }

  private static String complaint(Baseline.Info info) {
    StringBuilder text = new StringBuilder();
    text.append(info.packageName)
        .append(" is ")
        .append(info.newerVersion)
        .append(", should be ")
        .append(info.suggestedVersion);
    changes(info.packageDiff, text);
    return text.toString();
  }

  private static void changes(Diff diff, StringBuilder text) {
    for (Diff child : diff.getChildren()) {
      if (child.getDelta() != Delta.UNCHANGED && child.getDelta() != Delta.IGNORED) {
        if (child.getChildren().isEmpty()) {
          text.append("; ").append(child.getDelta()).append(' ').append(diff.getName());
          text.append(' ').append(child.getName());
        }
        changes(child, text);
      }
    }
  }

  private static boolean isExportedType(Path file) {
    String name = CLASSES.relativize(file).toString();
    if (!name.endsWith(".class") || name.endsWith("package-info.class")) {
      return false;
    }
    try {
      String type = name.substring(0, name.length() - ".class".length()).replace('/', '.');
      Class<?> found = Class.forName(type, false, VersionsTest.class.getClassLoader());
      return isPublic(found);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isPublic(Class<?> type) {
    Class<?> outer = type.getDeclaringClass();
    boolean named = !type.isAnonymousClass() && !type.isLocalClass();
    return named && Modifier.isPublic(type.getModifiers()) && (outer == null || isPublic(outer));
  }

  /** The annotations are gone at run time, so they are looked for in the class file. */
  private static boolean isMarked(Path file) {
    try {
      String bytes = Files.readString(file, ISO_8859_1);
      return bytes.contains(ANNOTATION.formatted("Provider"))
          != bytes.contains(ANNOTATION.formatted("Consumer"));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
