// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.docs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chroniclesync.testkits.configuration.Metatype;

/** What the built bundles can be configured with. */
final class Bundles {
  private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");

  private Bundles() {}

  /**
   * Reads the metatype of all bundles.
   *
   * @param root of the checkout
   * @return by PID
   */
  static Map<String, Metatype> metatypes(Path root) throws IOException {
    Map<String, Metatype> found = new TreeMap<>();
    Path bundles = root.resolve("bundles");
    Matcher modules = MODULE.matcher(Files.readString(bundles.resolve("pom.xml")));
    while (modules.find()) {
      // What a bundle was once built with may lie about; what belongs to the house, the pom says.
      collect(bundles.resolve(modules.group(1)).resolve("target/classes"), found);
    }
    return found;
  }

  private static void collect(Path classes, Map<String, Metatype> found) throws IOException {
    if (!Files.exists(classes.resolve("META-INF/MANIFEST.MF"))) {
      throw new IllegalStateException(classes + " holds no bundle; build the bundles first");
    }
    Path metatypes = classes.resolve("OSGI-INF/metatype");
    if (!Files.isDirectory(metatypes)) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(metatypes, "*.xml")) {
      for (Path file : files) {
        try (InputStream xml = Files.newInputStream(file)) {
          Metatype.read(xml).forEach(metatype -> found.put(metatype.pid(), metatype));
        }
      }
    }
  }
}
