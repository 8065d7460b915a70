// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.central;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.FindException;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/**
 * What Maven Central requires of a repository before it takes it, and what we promise of our own
 * artifacts. Central's rules: <a href="https://central.sonatype.org/publish/requirements/">the
 * requirements</a>.
 *
 * <p>Argument: the folder of a repository. Prints what breaks the rules; ends with 1 if something
 * does.
 */
public final class Central {
  private static final String GROUP = "org.chroniclesync";
  private static final String BOM = GROUP + ".bom";
  private static final Pattern PROPERTY = Pattern.compile("\\$\\{([^}]+)\\}");
  private static final Pattern CHECKSUM = Pattern.compile(".*\\.(?:md5|sha1|sha256|sha512)");

  /** A version of an artifact: its folder and what its pom says. */
  private record Artifact(Path folder, Path file, Element pom) {
    String id() {
      return String.valueOf(folder.getName(folder.getNameCount() - 2));
    }

    String version() {
      return String.valueOf(folder.getFileName());
    }

    Path companion(String suffix) {
      return folder.resolve(id() + "-" + version() + suffix);
    }
  }

  private final Path repository;
  private final List<String> breaches = new ArrayList<>();

  /** By artifact id. */
  private final Map<String, Artifact> artifacts = new TreeMap<>();

  private Central(Path repository) {
    this.repository = repository;
  }

  public static void main(String[] args) throws Exception {
    List<String> breaches = breaches(Path.of(args[0]));
    breaches.forEach(System.err::println);
    if (!breaches.isEmpty()) {
      System.exit(1);
    }
    System.out.println("The repository follows the rules of Maven Central.");
  }

  /**
   * Checks a repository.
   *
   * @param repository its folder
   * @return a sentence for each thing that breaks a rule; empty if nothing does
   * @throws IOException if a file cannot be read
   */
  static List<String> breaches(Path repository) throws IOException {
    Central central = new Central(repository);
    central.readPoms();
    if (central.artifacts.isEmpty()) {
      return List.of(repository + " contains no pom.");
    }
    for (Artifact artifact : central.artifacts.values()) {
      central.checkPom(artifact);
      central.checkDependencies(artifact);
      central.checkJars(artifact);
    }
    central.checkBom();
    central.checkFiles();
    return central.breaches;
  }

  private void breach(Path file, String what) {
    breaches.add(repository.relativize(file) + ": " + what);
  }

  private void readPoms() throws IOException {
    for (Path file : files(name -> name.endsWith(".pom"))) {
      Artifact artifact = new Artifact(parent(file), file, parse(file));
      artifacts.put(artifact.id(), artifact);
    }
  }

  private static Path parent(Path file) {
    return Optional.ofNullable(file.getParent()).orElseThrow();
  }

  private List<Path> files(Predicate<String> names) throws IOException {
    try (Stream<Path> files = Files.walk(repository)) {
      return files
          .filter(
              file -> Files.isRegularFile(file) && names.test(String.valueOf(file.getFileName())))
          .sorted()
          .toList();
    }
  }

  private static Element parse(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      return factory.newDocumentBuilder().parse(in).getDocumentElement();
    } catch (ParserConfigurationException | SAXException e) {
      throw new IOException(file + " is not well-formed: " + e.getMessage(), e);
    }
  }

  // --- what a pom must say ---

  private void checkPom(Artifact artifact) {
    if (artifact.version().endsWith("SNAPSHOT")) {
      breach(artifact.file(), "the version is a snapshot");
    }
    if (!text(artifact.pom(), "artifactId").equals(artifact.id())
        || !inherited(artifact, "version").equals(artifact.version())
        || !inherited(artifact, "groupId").equals(GROUP)) {
      breach(artifact.file(), "the coordinates are not those of the folder");
    }
    if (text(artifact.pom(), "name").isEmpty()) {
      breach(artifact.file(), "there is no name");
    }
    for (String path :
        List.of(
            "description",
            "url",
            "licenses/license/name",
            "licenses/license/url",
            "developers/developer/name",
            "scm/connection",
            "scm/url")) {
      if (inherited(artifact, path).isEmpty()) {
        breach(artifact.file(), "there is no " + path);
      }
    }
    checkParent(artifact);
    checkAddresses(artifact);
  }

  private void checkParent(Artifact artifact) {
    String parent = text(artifact.pom(), "parent/artifactId");
    if (!parent.isEmpty() && !artifacts.containsKey(parent)) {
      breach(artifact.file(), "the parent " + parent + " is not in the repository");
    }
  }

  /** Maven appends the name of a module to what it inherits, which makes an address of nothing. */
  private void checkAddresses(Artifact artifact) {
    if (text(artifact.pom(), "url").length() > 0
        && !"false".equals(artifact.pom().getAttribute("child.project.url.inherit.append.path"))) {
      breach(artifact.file(), "modules inherit a url with their name appended");
    }
    for (Element scm : children(artifact.pom(), "scm")) {
      for (String part : List.of("connection", "developerConnection", "url")) {
        if (!"false".equals(scm.getAttribute("child.scm." + part + ".inherit.append.path"))) {
          breach(
              artifact.file(), "modules inherit the scm's " + part + " with their name appended");
        }
      }
    }
  }

  private void checkDependencies(Artifact artifact) throws IOException {
    String pom = Files.readString(artifact.file());
    if (pom.contains("-SNAPSHOT")) {
      breach(artifact.file(), "it depends on a snapshot");
    }
    if (!children(artifact.pom(), "repositories").isEmpty()
        || !children(artifact.pom(), "pluginRepositories").isEmpty()) {
      breach(artifact.file(), "it names a repository of its own");
    }
    for (Element dependency : dependencies(artifact.pom())) {
      String id = resolved(artifact, text(dependency, "artifactId"));
      if (text(dependency, "scope").equals("system")) {
        breach(artifact.file(), id + " has the scope system");
      }
      if (text(dependency, "groupId").equals(GROUP) && !artifacts.containsKey(id)) {
        breach(artifact.file(), "it depends on " + id + ", which is not in the repository");
      }
    }
  }

  /** With the values of the properties that a name is made of. */
  private String resolved(Artifact artifact, String name) {
    return PROPERTY
        .matcher(name)
        .replaceAll(
            found -> Matcher.quoteReplacement(inherited(artifact, "properties/" + found.group(1))));
  }

  private static List<Element> dependencies(Element pom) {
    List<Element> all = new ArrayList<>(elements(pom, "dependencies/dependency"));
    all.addAll(elements(pom, "dependencyManagement/dependencies/dependency"));
    return all;
  }

  // --- what belongs to a jar ---

  private void checkJars(Artifact artifact) throws IOException {
    String packaging = text(artifact.pom(), "packaging");
    Path jar = artifact.companion(".jar");
    if (!Files.exists(jar)) {
      if (packaging.isEmpty() || packaging.equals("jar")) {
        breach(artifact.file(), "there is no jar");
      }
      return;
    }
    for (String companion : List.of("-sources.jar", "-javadoc.jar")) {
      Path file = artifact.companion(companion);
      if (!Files.exists(file)) {
        breach(jar, "there is no " + companion.substring(1));
      } else {
        try (JarFile content = new JarFile(file.toFile())) {
          if (content.size() == 0) {
            breach(file, "it is empty");
          }
        }
      }
    }
    checkManifest(artifact, jar);
  }

  /** Our own promise. Archetypes are not for a class path. */
  private void checkManifest(Artifact artifact, Path jar) throws IOException {
    try (JarFile content = new JarFile(jar.toFile())) {
      if (content.getEntry("META-INF/maven/archetype-metadata.xml") != null) {
        return;
      }
      Attributes headers = content.getManifest().getMainAttributes();
      if (headers.getValue("Automatic-Module-Name") == null) {
        breach(jar, "the manifest has no Automatic-Module-Name");
      }
      if (headers.getValue("Bundle-SymbolicName") != null) {
        for (String header : List.of("Bundle-DocURL", "Bundle-SCM", "Bundle-License")) {
          if (headers.getValue(header) == null) {
            breach(jar, "the manifest has no " + header);
          }
        }
      }
    }
    checkModule(artifact, jar);
  }

  private void checkModule(Artifact artifact, Path jar) {
    String expected = artifact.id().replace('-', '_');
    try {
      List<String> names =
          ModuleFinder.of(jar).findAll().stream()
              .map(ModuleReference::descriptor)
              .map(module -> module.name())
              .toList();
      if (!names.equals(List.of(expected))) {
        breach(jar, "it is the module " + names + " and not " + expected);
      }
    } catch (FindException e) {
      breach(jar, "it cannot be a module: " + e.getMessage());
    }
  }

  /** Our own promise: whoever imports the BOM has the version of each bundle and kit. */
  private void checkBom() {
    if (!artifacts.containsKey(BOM)) {
      breaches.add("There is no " + BOM + ".");
      return;
    }
    Artifact bom = artifacts.get(BOM);
    TreeSet<String> managed = new TreeSet<>();
    for (Element dependency : dependencies(bom.pom())) {
      managed.add(text(dependency, "artifactId"));
    }
    for (Artifact artifact : artifacts.values()) {
      boolean isForOthers =
          Files.exists(artifact.companion(".jar"))
              && !artifact.id().startsWith(GROUP + ".archetypes.")
              && !artifact.id().equals(GROUP + ".runtime");
      if (isForOthers && !managed.contains(artifact.id())) {
        breach(bom.file(), "it lacks " + artifact.id());
      }
    }
  }

  // --- checksums and signatures ---

  private void checkFiles() throws IOException {
    List<Path> published =
        files(
            name ->
                !CHECKSUM.matcher(name).matches()
                    && !name.endsWith(".asc")
                    && !name.startsWith("maven-metadata"));
    boolean isSigned = published.stream().anyMatch(file -> Files.exists(beside(file, ".asc")));
    for (Path file : published) {
      checkChecksum(file, ".md5", "MD5");
      checkChecksum(file, ".sha1", "SHA-1");
      if (isSigned && !Files.exists(beside(file, ".asc"))) {
        breach(file, "it has no signature, but others have");
      }
    }
  }

  private void checkChecksum(Path file, String suffix, String algorithm) throws IOException {
    Path checksum = beside(file, suffix);
    if (!Files.exists(checksum)) {
      breach(file, "it has no checksum " + suffix);
      return;
    }
    try {
      MessageDigest digest = MessageDigest.getInstance(algorithm);
      String expected = HexFormat.of().formatHex(digest.digest(Files.readAllBytes(file)));
      if (!Files.readString(checksum, StandardCharsets.US_ASCII).strip().equals(expected)) {
        breach(file, "the checksum " + suffix + " is wrong");
      }
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path beside(Path file, String suffix) {
    return file.resolveSibling(file.getFileName() + suffix);
  }

  // --- reading poms ---

  /** What a pom says, or else its nearest ancestor that says it. */
  private String inherited(Artifact artifact, String path) {
    String own = text(artifact.pom(), path);
    String parent = text(artifact.pom(), "parent/artifactId");
    if (!own.isEmpty() || parent.isEmpty() || !artifacts.containsKey(parent)) {
      return own;
    }
    return inherited(artifacts.get(parent), path);
  }

  private static String text(Element element, String path) {
    List<Element> found = elements(element, path);
    return found.isEmpty() ? "" : found.get(0).getTextContent().strip();
  }

  private static List<Element> elements(Element element, String path) {
    List<Element> found = List.of(element);
    for (String name : path.split("/")) {
      found = found.stream().flatMap(one -> children(one, name).stream()).toList();
    }
    return found;
  }

  private static List<Element> children(Element element, String name) {
    return IntStream.range(0, element.getChildNodes().getLength())
        .<Node>mapToObj(element.getChildNodes()::item)
        .filter(Element.class::isInstance)
        .map(Element.class::cast)
        .filter(child -> child.getTagName().equals(name))
        .toList();
  }
}
