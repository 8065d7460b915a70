// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Says what a distribution contains: NOTICE, the texts of the licences, and for each role a
 * software bill of materials as CycloneDX defines it. The build runs it when all else is in place.
 *
 * <p>Arguments: target folder, root of the checkout, version, time of the build, and the variables
 * of src/licenses/components as name=value.
 */
public final class Inventory {
  private static final List<String> ROLES = List.of("node", "discovery");
  private static final String OURS = "org.chroniclesync.";
  private static final String OUR_LICENCE = "Apache-2.0";
  private static final Pattern TEXT =
      Pattern.compile(
          "META-INF/(?:maven/.*/)?(?:(?:[\\w-]*-)?(?:LICEN[CS]E|NOTICE)[^/]*|licenses/.+)");
  private static final Pattern NATIVE = Pattern.compile(".*\\.(?:so|dll|dylib|jnilib)");
  private static final Pattern EXCLUDE = Pattern.compile("<exclude>([^<]+)</exclude>");
  private static final Pattern INCREMENT = Pattern.compile(" increment=\"\\d+\"");

  /** A line of the table: a jar, or what is inside one. */
  private record Entry(String name, String version, String licence, boolean nativeCode) {
    boolean isFor(String jar) {
      return name.endsWith("*")
          ? jar.startsWith(name.substring(0, name.length() - 1))
          : jar.equals(name);
    }
  }

  private final Path target;
  private final Path dist;
  private final Path root;
  private final String version;
  private final Instant built;

  /** By jar: what is inside it. */
  private final Map<Entry, List<Entry>> table = new LinkedHashMap<>();

  /** By name, without .jar: where in the archives it is. */
  private final Map<String, List<String>> jars = new TreeMap<>();

  /** By file name: the coordinates in Maven's order. */
  private final Map<String, String> ids = new TreeMap<>();

  private Inventory(Path target, Path root, String version, Instant built) {
    this.target = target;
    this.dist = target.resolve("dist");
    this.root = root;
    this.version = version;
    this.built = built;
  }

  public static void main(String[] args) throws Exception {
    Inventory inventory =
        new Inventory(Path.of(args[0]), Path.of(args[1]), args[2], Instant.parse(args[3]));
    inventory.readTable(Arrays.asList(args).subList(4, args.length));
    inventory.readDistribution();
    inventory.checkTable();
    Files.copy(
        inventory.root.resolve("LICENSE"),
        inventory.dist.resolve("LICENSE"),
        StandardCopyOption.REPLACE_EXISTING);
    inventory.writeTexts();
    inventory.writeNotice();
    for (String role : ROLES) {
      inventory.writeBill(role);
    }
    inventory.fixIncrement(inventory.dist.resolve("index.xml"));
    inventory.fixIncrement(inventory.target.resolve("repository/index.xml"));
    inventory.mark();
  }

  private Path licences() {
    return root.resolve("runtime/src/licenses");
  }

  private void readTable(List<String> variables) throws IOException {
    String text = Files.readString(licences().resolve("components"));
    for (String variable : variables) {
      String[] pair = variable.split("=", 2);
      text = text.replace("${" + pair[0] + "}", pair[1]);
    }
    List<Entry> inside = new ArrayList<>();
    for (String line : text.lines().filter(one -> !one.startsWith("#")).toList()) {
      String[] cells = Arrays.stream(line.split("\\|")).map(String::strip).toArray(String[]::new);
      if (line.startsWith(" ")) {
        inside.add(new Entry(cells[0], cells[1], cells[2], cells.length > 3));
      } else {
        inside = new ArrayList<>();
        table.put(new Entry(cells[0], "", cells[1], false), inside);
      }
    }
  }

  private void readDistribution() throws IOException {
    for (String line : Files.readAllLines(target.resolve("coordinates.txt"))) {
      String[] pair = line.split(" ");
      ids.put(pair[0], pair[1]);
    }
    List<PathMatcher> excluded = excluded();
    for (String folder : List.of("bundle", "lib")) {
      for (Path file : files(dist.resolve(folder))) {
        Path path = dist.relativize(file);
        if (path.toString().endsWith(".jar")
            && excluded.stream().noneMatch(pattern -> pattern.matches(path))) {
          String name = file.getFileName().toString().replaceFirst("\\.jar$", "");
          jars.computeIfAbsent(name, key -> new ArrayList<>()).add(slashes(path));
        }
      }
    }
  }

  /** What the demo of the checkout has besides is not in the archives. */
  private List<PathMatcher> excluded() throws IOException {
    return EXCLUDE
        .matcher(Files.readString(root.resolve("runtime/src/assembly/archives.xml")))
        .results()
        .map(match -> FileSystems.getDefault().getPathMatcher("glob:" + match.group(1)))
        .toList();
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static String slashes(Path path) {
    return path.toString().replace('\\', '/');
  }

  /**
   * An entry for each jar and a jar for each entry; the libraries of other platforms are not here.
   */
  private void checkTable() throws IOException {
    for (String jar : jars.keySet()) {
      if (entry(jar) == null && !jar.startsWith(OURS)) {
        throw new IOException("src/licenses/components lacks " + jar);
      }
    }
    for (Entry entry : table.keySet()) {
      if (jars.keySet().stream().noneMatch(entry::isFor)) {
        throw new IOException(
            "src/licenses/components has " + entry.name() + ", which is not shipped");
      }
    }
  }

  private Entry entry(String jar) {
    return table.keySet().stream().filter(one -> one.isFor(jar)).findFirst().orElse(null);
  }

  /** What is in a jar: where the jar names libraries itself, those and no others. */
  private List<Entry> inside(String jar) throws IOException {
    Entry entry = entry(jar);
    if (entry == null) {
      return List.of();
    }
    String libraries = "META-INF/licenses/";
    List<String> named =
        names(jar).stream()
            .filter(name -> name.startsWith(libraries) && !name.endsWith("/"))
            .map(name -> name.substring(libraries.length()).replaceFirst("\\.txt$", ""))
            .toList();
    List<Entry> all = table.get(entry);
    if (named.isEmpty()) {
      return all;
    }
    List<String> known = all.stream().map(Entry::name).toList();
    for (String name : named) {
      if (!known.contains(name)) {
        throw new IOException("src/licenses/components lacks " + name + " in " + jar);
      }
    }
    return all.stream().filter(one -> named.contains(one.name())).toList();
  }

  private Path file(String jar) {
    return dist.resolve(jars.get(jar).get(0));
  }

  private List<String> names(String jar) throws IOException {
    try (JarFile file = new JarFile(file(jar).toFile())) {
      return file.stream().map(JarEntry::getName).sorted().toList();
    }
  }

  /** For each jar that is not ours the texts that it has itself, and those that it lacks. */
  private void writeTexts() throws IOException {
    Path folder = dist.resolve("licenses");
    if (Files.isDirectory(folder)) {
      for (Path old : files(folder)) {
        Files.delete(old);
      }
    }
    for (String jar : jars.keySet()) {
      if (entry(jar) != null) {
        Path texts = Files.createDirectories(folder.resolve(jar));
        extract(jar, texts);
        Path more = licences().resolve(jar);
        if (Files.isDirectory(more)) {
          for (Path text : files(more)) {
            Files.copy(text, texts.resolve(text.getFileName().toString()));
          }
        }
        if (files(texts).stream().noneMatch(text -> text.toString().contains("LICEN"))) {
          throw new IOException(
              "the text of the licence of " + jar + " is missing in src/licenses");
        }
      }
    }
    checkFolders();
  }

  private void extract(String jar, Path texts) throws IOException {
    try (JarFile file = new JarFile(file(jar).toFile())) {
      for (String name : names(jar)) {
        if (TEXT.matcher(name).matches() && !name.endsWith("/")) {
          try (InputStream in = file.getInputStream(file.getJarEntry(name))) {
            Files.copy(in, texts.resolve(name.substring(name.lastIndexOf('/') + 1)));
          }
        }
      }
    }
  }

  private void checkFolders() throws IOException {
    for (Path text : files(licences())) {
      Path folder = licences().relativize(text).getParent();
      if (folder != null && !jars.containsKey(folder.toString())) {
        throw new IOException("src/licenses has texts of " + folder + ", which is not shipped");
      }
    }
  }

  private void writeNotice() throws IOException {
    StringBuilder notice = new StringBuilder(Files.readString(root.resolve("NOTICE")));
    notice
        .append("\nLicensed under the Apache License, Version 2.0: see LICENSE.\n")
        .append(
            "\nThis product contains the works below. Their licences and notices are in licenses/.\n");
    for (String jar : jars.keySet()) {
      if (entry(jar) != null) {
        String licence = entry(jar).licence();
        notice.append("\n" + jar + " " + versionOf(jar) + " (" + licence + ")\n");
        for (Entry part : inside(jar)) {
          String known = part.version().isEmpty() ? "" : " " + part.version();
          notice.append("  with " + part.name() + known + " (" + part.licence() + ")\n");
        }
      }
    }
    Files.writeString(dist.resolve("NOTICE"), notice);
  }

  private String[] id(String jar) {
    String id = ids.get(jar + ".jar");
    if (id == null) {
      throw new IllegalStateException("no Maven coordinates are known of " + jar);
    }
    return id.split(":");
  }

  private String versionOf(String jar) {
    String[] id = id(jar);
    return id[id.length - 1];
  }

  /**
   * All that a role is started with, the class path and its bundles; besides, as optional, what no
   * role is started with: it is there for other launchers.
   */
  private void writeBill(String role) throws Exception {
    Set<String> required = started(role);
    Set<String> optional = new TreeSet<>(jars.keySet());
    for (String each : ROLES) {
      optional.removeAll(started(each));
    }
    List<String> components = new ArrayList<>();
    for (String name : required) {
      components.add(component(name, "required"));
    }
    for (String name : optional) {
      components.add(component(name, "optional"));
    }
    List<String> references = required.stream().map(name -> quoted(purl(name))).toList();
    Path folder = Files.createDirectories(dist.resolve("sbom"));
    Files.writeString(folder.resolve(role + ".cdx.json"), bill(role, components, references));
  }

  private Set<String> started(String role) throws IOException {
    Set<String> names = new TreeSet<>();
    jars.forEach(
        (name, paths) -> {
          if (paths.stream().anyMatch(path -> path.startsWith("lib/"))) {
            names.add(name);
          }
        });
    for (String line : Files.readAllLines(dist.resolve("conf/" + role + "/bundles"))) {
      if (!line.startsWith("#")) {
        names.add(line);
      }
    }
    return names;
  }

  private String bill(String role, List<String> components, List<String> references) {
    String self = "pkg:maven/org.chroniclesync/org.chroniclesync." + role + "@" + version;
    String body =
        "  \"metadata\": {\n    \"timestamp\": "
            + quoted(built.toString())
            + (",\n    \"component\": {\"type\": \"application\", \"bom-ref\": " + quoted(self))
            + ", \"group\": \"org.chroniclesync\", \"name\": "
            + quoted("org.chroniclesync." + role)
            + (", \"version\": "
                + quoted(version)
                + ",\n      "
                + expression(OUR_LICENCE)
                + "}\n  },\n")
            + ("  \"components\": [\n" + String.join(",\n", components) + "\n  ],\n")
            + ("  \"dependencies\": [\n    {\"ref\": "
                + quoted(self)
                + ", \"dependsOn\": [\n      ")
            + (String.join(",\n      ", references) + "\n    ]}\n  ]\n}\n");
    UUID serial = UUID.nameUUIDFromBytes(body.getBytes(StandardCharsets.UTF_8));
    return "{\n  \"bomFormat\": \"CycloneDX\",\n  \"specVersion\": \"1.6\",\n"
        + ("  \"serialNumber\": " + quoted("urn:uuid:" + serial) + ",\n  \"version\": 1,\n")
        + body;
  }

  private String component(String jar, String scope) throws Exception {
    String[] id = id(jar);
    Entry entry = entry(jar);
    List<String> inside = new ArrayList<>();
    for (Entry part : inside(jar)) {
      inside.add("      " + part(jar, part));
    }
    return "    {\"type\": \"library\", \"scope\": "
        + quoted(scope)
        + ", \"bom-ref\": "
        + quoted(purl(jar))
        + (", \"group\": " + quoted(id[0]) + ", \"name\": " + quoted(id[1]))
        + (", \"version\": " + quoted(versionOf(jar)) + ",\n     \"purl\": " + quoted(purl(jar)))
        + (",\n     \"hashes\": [{\"alg\": \"SHA-256\", \"content\": "
            + quoted(sha256(file(jar)))
            + "}]")
        + (",\n     " + expression(entry == null ? OUR_LICENCE : entry.licence()))
        + (",\n     " + occurrences(jars.get(jar)))
        + (inside.isEmpty() ? "" : ",\n     \"components\": [\n" + String.join(",\n", inside) + "]")
        + "}";
  }

  private String part(String jar, Entry part) throws IOException {
    List<String> natives = part.nativeCode() ? natives(jar) : List.of();
    return "{\"type\": \"library\", \"name\": "
        + quoted(part.name())
        + (part.version().isEmpty() ? "" : ", \"version\": " + quoted(part.version()))
        + (", " + expression(part.licence()))
        + (natives.isEmpty() ? "" : ",\n       " + occurrences(natives))
        + "}";
  }

  /** The native files of a jar, inside it and unpacked from it. */
  private List<String> natives(String jar) throws IOException {
    List<String> natives = new ArrayList<>();
    for (String name : names(jar)) {
      if (NATIVE.matcher(name).matches()) {
        jars.get(jar).forEach(path -> natives.add(path + "!/" + name));
      }
    }
    List<String> inside = natives.stream().map(Inventory::last).toList();
    for (Path file : files(dist.resolve("lib/native"))) {
      if (inside.contains(file.getFileName().toString())) {
        natives.add(slashes(dist.relativize(file)));
      }
    }
    return natives;
  }

  private static String last(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private String purl(String jar) {
    String[] id = id(jar);
    String classifier = id.length > 3 ? "?classifier=" + id[3] : "";
    return "pkg:maven/" + id[0] + "/" + id[1] + "@" + id[id.length - 1] + classifier;
  }

  private static String expression(String licence) {
    return "\"licenses\": [{\"expression\": " + quoted(licence) + "}]";
  }

  private static String occurrences(List<String> paths) {
    return paths.stream()
        .map(path -> "{\"location\": " + quoted(path) + "}")
        .collect(Collectors.joining(", ", "\"evidence\": {\"occurrences\": [", "]}"));
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private static String sha256(Path file) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    return HexFormat.of().formatHex(digest.digest(Files.readAllBytes(file)));
  }

  /** bnd writes the time at which it made the index. */
  private void fixIncrement(Path index) throws IOException {
    String text = Files.readString(index);
    Matcher increment = INCREMENT.matcher(text);
    if (!increment.find()) {
      throw new IOException(index + " has no increment");
    }
    Files.writeString(index, increment.replaceFirst(" increment=\"" + built.toEpochMilli() + "\""));
  }

  /** Names the build, so that the runnable jar knows whether it has unpacked itself. */
  private void mark() throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    Path mark = dist.resolve("BUILD");
    Files.deleteIfExists(mark);
    List<Path> files = new ArrayList<>(files(dist));
    files.sort(Comparator.comparing(file -> slashes(dist.relativize(file))));
    for (Path file : files) {
      digest.update(slashes(dist.relativize(file)).getBytes(StandardCharsets.UTF_8));
      digest.update(Files.readAllBytes(file));
    }
    Files.writeString(mark, HexFormat.of().formatHex(digest.digest(), 0, 16) + "\n");
  }
}
