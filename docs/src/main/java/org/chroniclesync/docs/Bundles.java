// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.docs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chroniclesync.testkits.configuration.Metatype;

/** The configuration keys of the built bundles. */
final class Bundles {
  private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");

  private Bundles() {}

  /**
   * Lists the bundles.
   *
   * @param root of the checkout
   * @return their folders
   */
  static List<Path> modules(Path root) throws IOException {
    Path bundles = root.resolve("bundles");
    List<Path> folders = new ArrayList<>();
    Matcher modules = MODULE.matcher(Files.readString(bundles.resolve("pom.xml")));
    while (modules.find()) {
      folders.add(bundles.resolve(modules.group(1)));
    }
    return folders;
  }

  /**
   * Reads the metatype of a built bundle.
   *
   * @param bundle its folder
   * @return one for each configuration
   */
  static List<Metatype> metatypes(Path bundle) throws IOException {
    Path classes = bundle.resolve("target/classes");
    if (!Files.exists(classes.resolve("META-INF/MANIFEST.MF"))) {
      throw new IllegalStateException(classes + " holds no bundle; build the bundles first");
    }
    List<Metatype> found = new ArrayList<>();
    Path metatypes = classes.resolve("OSGI-INF/metatype");
    if (Files.isDirectory(metatypes)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(metatypes, "*.xml")) {
        for (Path file : files) {
          try (InputStream xml = Files.newInputStream(file)) {
            found.addAll(Metatype.read(xml));
          }
        }
      }
    }
    return found;
  }

  /**
   * Reads the metatype of all bundles. The pom says which bundles exist; other folders are ignored.
   *
   * @param root of the checkout
   * @return by PID
   */
  static Map<String, Metatype> all(Path root) throws IOException {
    Map<String, Metatype> found = new TreeMap<>();
    for (Path bundle : modules(root)) {
      metatypes(bundle).forEach(metatype -> found.put(metatype.pid(), metatype));
    }
    return found;
  }
}
