// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Assembles the distribution from the result of the resolver. The build runs it. For each role it
 * writes the list of bundles that the launcher reads, and a feature in the format of OSGi's Feature
 * Service for those who have a launcher of their own.
 *
 * <p>Arguments: target folder, folder of the bndrun files, version, platform.
 */
public final class Distribution {
  private static final String NATIVES = "org.chroniclesync.lib.webrtc.";

  /** The platform for which the lists were resolved; see common.bnd. */
  private static final String RESOLVED_FOR = "linux-x86_64";

  /** Our launcher provides these from its class path; with another one they must be bundles. */
  private static final List<String> LENT =
      List.of("org.osgi.service.component", "org.osgi.util.function", "org.osgi.util.promise");

  /** Started first: the log, so that it has every line, and then the configurations. */
  private static final List<String> FIRST =
      List.of(
          "org.ops4j.pax.logging.pax-logging-api",
          "org.ops4j.pax.logging.pax-logging-logback",
          "org.apache.felix.configadmin",
          "org.apache.felix.configadmin.plugin.interpolation");

  /** The platforms, as the driver of SQLite has them. */
  private static final Map<String, String> SQLITE =
      Map.of(
          "linux-x86_64", "Linux/x86_64",
          "linux-aarch64", "Linux/aarch64",
          "macos-x86_64", "Mac/x86_64",
          "macos-aarch64", "Mac/aarch64",
          "windows-x86_64", "Windows/x86_64");

  private static final Pattern ITEM =
      Pattern.compile("^\\s*([\\w.\\-]+);version=", Pattern.MULTILINE);
  private static final Pattern DEPENDENCY =
      Pattern.compile(
          "^\\s+([\\w.\\-]+):([\\w.\\-]+):jar:(?:([\\w.\\-]+):)?([\\w.\\-]+):[a-z]+(?:\\s.*)?$");

  private final Path target;
  private final Path dist;
  private final String version;
  private final String platform;

  /** By symbolic name: the file in the repository. */
  private final Map<String, Path> jars = new TreeMap<>();

  /** By file name: the coordinates in Maven's order. */
  private final Map<String, String> ids = new TreeMap<>();

  private Distribution(Path target, String version, String platform) {
    this.target = target;
    this.dist = target.resolve("dist");
    this.version = version;
    this.platform = platform;
  }

  public static void main(String[] args) throws Exception {
    Path runs = Path.of(args[1]);
    Distribution distribution = new Distribution(Path.of(args[0]), args[2], args[3]);
    distribution.readRepository();
    distribution.copyBundles();
    distribution.copySqlite();
    for (String role : List.of("node", "discovery")) {
      distribution.write(role, distribution.resolved(runs.resolve(role + ".bndrun")));
    }
  }

  private void readRepository() throws IOException {
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(target.resolve("repository"), "*.jar")) {
      for (Path file : files) {
        try (JarFile jar = new JarFile(file.toFile())) {
          String name = jar.getManifest().getMainAttributes().getValue("Bundle-SymbolicName");
          if (name == null) {
            throw new IOException(
                file + " is not a bundle; every dependency of runtime/pom.xml must be one");
          }
          jars.put(name.split(";")[0].strip(), file);
        }
      }
    }
    for (String line : Files.readAllLines(target.resolve("dependencies.txt"))) {
      Matcher dependency = DEPENDENCY.matcher(line.replaceAll("\u001B\\[[0-9;]*m", ""));
      if (dependency.matches()) {
        String classifier = dependency.group(3);
        String artifact = dependency.group(2);
        ids.put(
            artifact + (classifier == null ? "" : "-" + classifier) + ".jar",
            dependency.group(1)
                + ":"
                + artifact
                + (classifier == null ? "" : ":jar:" + classifier)
                + ":"
                + dependency.group(4));
      }
    }
    ids.put(
        "org.chroniclesync.runtime.jar", "org.chroniclesync:org.chroniclesync.runtime:" + version);
    Files.write(
        target.resolve("coordinates.txt"),
        ids.entrySet().stream().map(id -> id.getKey() + " " + id.getValue()).toList());
  }

  /** All of the repository but the native libraries of other platforms. */
  private void copyBundles() throws IOException {
    Path folder = dist.resolve("bundle");
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> old = Files.newDirectoryStream(folder)) {
        for (Path file : old) {
          Files.delete(file);
        }
      }
    }
    Files.createDirectories(folder);
    if (!jars.containsKey(NATIVES + platform)) {
      throw new IOException(
          "there is no " + NATIVES + platform + "; choose another webrtc.platform");
    }
    for (Map.Entry<String, Path> jar : jars.entrySet()) {
      if (!jar.getKey().startsWith(NATIVES) || jar.getKey().equals(NATIVES + platform)) {
        Path copy = folder.resolve(jar.getValue().getFileName());
        Files.copy(jar.getValue(), copy, StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  /** The library of SQLite, which its driver would otherwise unpack on each start. */
  private void copySqlite() throws IOException {
    String prefix = "org/sqlite/native/" + SQLITE.get(platform) + "/";
    try (JarFile jar = new JarFile(jars.get("org.xerial.sqlite-jdbc").toFile())) {
      JarEntry library =
          jar.stream()
              .filter(entry -> entry.getName().startsWith(prefix) && !entry.isDirectory())
              .findFirst()
              .orElseThrow(() -> new IOException("SQLite has no library for " + platform));
      Path folder = Files.createDirectories(dist.resolve("lib/native"));
      try (InputStream in = jar.getInputStream(library)) {
        Path copy = folder.resolve(library.getName().substring(prefix.length()));
        Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private List<String> resolved(Path run) throws IOException {
    String text = Files.readString(run);
    List<String> names = new ArrayList<>();
    Matcher item = ITEM.matcher(text.substring(text.indexOf("-runbundles:")));
    while (item.find()) {
      String name = item.group(1);
      names.add(name.equals(NATIVES + RESOLVED_FOR) ? NATIVES + platform : name);
    }
    names.sort(Comparator.comparingInt(Distribution::order)); // otherwise in their order
    return names;
  }

  private static int order(String name) {
    int first = FIRST.indexOf(name);
    return first < 0 ? FIRST.size() : first;
  }

  private void write(String role, List<String> names) throws IOException {
    StringBuilder list = new StringBuilder("# Made by the build out of " + role + ".bndrun.\n");
    names.forEach(name -> list.append(fileName(name).replaceFirst("\\.jar$", "")).append('\n'));
    Path conf = dist.resolve("conf").resolve(role);
    Files.createDirectories(conf);
    Files.writeString(conf.resolve("bundles"), list);
    Files.createDirectories(dist.resolve("feature"));
    Files.writeString(dist.resolve("feature").resolve(role + ".json"), feature(role, names));
  }

  private String feature(String role, List<String> names) throws IOException {
    String bundles =
        Stream.concat(LENT.stream(), names.stream())
            .map(name -> "    {\"id\": " + quoted(id(name)) + "}")
            .collect(Collectors.joining(",\n"));
    return "{\n  \"feature-resource-version\": \"1.0\",\n"
        + ("  \"id\": " + quoted("org.chroniclesync:org.chroniclesync." + role + ":" + version))
        + (",\n  \"name\": " + quoted("ChronicleSync " + role))
        + ",\n  \"license\": \"Apache-2.0\",\n  \"variables\": {\"data\": null},\n"
        + ("  \"bundles\": [\n" + bundles + "\n  ],\n")
        + ("  \"configurations\": {\n" + configurations(role) + "\n  }\n}\n");
  }

  private String configurations(String role) throws IOException {
    List<String> all = new ArrayList<>();
    Path conf = dist.resolve("conf").resolve(role);
    try (Stream<Path> files = Files.list(conf)) {
      for (Path file :
          files.filter(one -> one.toString().endsWith(".properties")).sorted().toList()) {
        Properties properties = new Properties();
        try (var reader = Files.newBufferedReader(file)) {
          properties.load(reader);
        }
        String values =
            properties.stringPropertyNames().stream()
                .sorted()
                .map(key -> quoted(key) + ": " + quoted(properties.getProperty(key)))
                .collect(Collectors.joining(", "));
        String pid = file.getFileName().toString().replaceFirst("\\.properties$", "");
        all.add("    " + quoted(pid) + ": {" + values + "}");
      }
    }
    return String.join(",\n", all);
  }

  private String fileName(String symbolicName) {
    Path jar = jars.get(symbolicName);
    if (jar == null) {
      throw new IllegalStateException("the repository lacks " + symbolicName);
    }
    return jar.getFileName().toString();
  }

  private String id(String symbolicName) {
    String id = ids.get(fileName(symbolicName));
    if (id == null) {
      throw new IllegalStateException("no Maven coordinates are known of " + symbolicName);
    }
    return id;
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
