// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.central;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each rule, broken alone in a repository that follows all of them. */
class CentralTest {
  private static final String BOM =
      """
      <project xmlns="http://maven.apache.org/POM/4.0.0" child.project.url.inherit.append.path="false">
        <groupId>org.chroniclesync</groupId>
        <artifactId>org.chroniclesync.bom</artifactId>
        <version>1.0.0</version>
        <packaging>pom</packaging>
        <name>BOM</name>
        <description>Versions.</description>
        <url>https://example.org/</url>
        <licenses><license><name>Apache-2.0</name><url>https://example.org/licence</url></license></licenses>
        <developers><developer><name>Somebody</name></developer></developers>
        <scm child.scm.connection.inherit.append.path="false" child.scm.developerConnection.inherit.append.path="false" child.scm.url.inherit.append.path="false">
          <connection>scm:git:https://example.org/git</connection>
          <url>https://example.org/git</url>
        </scm>
        <dependencyManagement>
          <dependencies>
            <dependency><groupId>org.chroniclesync</groupId><artifactId>org.chroniclesync.a-part</artifactId><version>1.0.0</version></dependency>
          </dependencies>
        </dependencyManagement>
      </project>
      """;

  private static final String PART =
      """
      <project xmlns="http://maven.apache.org/POM/4.0.0">
        <parent><groupId>org.chroniclesync</groupId><artifactId>org.chroniclesync.bom</artifactId><version>1.0.0</version></parent>
        <artifactId>org.chroniclesync.a-part</artifactId>
        <name>A part</name>
        <dependencies>
          <dependency><groupId>org.example</groupId><artifactId>other</artifactId><version>1</version></dependency>
        </dependencies>
      </project>
      """;

  private static final Map<String, String> HEADERS =
      Map.of(
          "Automatic-Module-Name", "org.chroniclesync.a_part",
          "Bundle-SymbolicName", "org.chroniclesync.a-part",
          "Bundle-DocURL", "https://example.org/",
          "Bundle-SCM", "url=https://example.org/git",
          "Bundle-License", "Apache-2.0");

  private static final String BOM_FILE =
      "org/chroniclesync/org.chroniclesync.bom/1.0.0/org.chroniclesync.bom-1.0.0.pom";
  private static final String PART_FILE =
      "org/chroniclesync/org.chroniclesync.a-part/1.0.0/org.chroniclesync.a-part-1.0.0";

  private final Path repository;

  CentralTest(@TempDir Path repository) {
    this.repository = repository;
  }

  @BeforeEach
  void makeRepository() throws Exception {
    write(BOM_FILE, BOM);
    write(PART_FILE + ".pom", PART);
    writeJar(PART_FILE + ".jar", HEADERS);
    writeJar(PART_FILE + "-sources.jar", Map.of());
    writeJar(PART_FILE + "-javadoc.jar", Map.of());
    sum();
  }

  @Test
  void aRepositoryThatFollowsTheRulesIsFine() throws Exception {
    assertThat(Central.breaches(repository)).isEmpty();
  }

  @Test
  void aFolderWithoutPomsIsNotFine(@TempDir Path empty) throws Exception {
    assertThat(Central.breaches(empty)).containsExactly(empty + " contains no pom.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"name", "description", "url", "licenses", "developers", "scm"})
  void aPomThatLacksSomethingIsTold(String element) throws Exception {
    write(BOM_FILE, BOM.replaceAll("(?ms)^  <" + element + "[ >].*?</" + element + ">\n", ""));

    assertThat(breaches())
        .isNotEmpty()
        .allMatch(breach -> breach.contains("there is no " + element));
  }

  @Test
  void aParentThatIsMissingIsTold() throws Exception {
    write(PART_FILE + ".pom", PART.replace("chroniclesync.bom", "chroniclesync.parent"));

    assertThat(breaches())
        .contains(PART_FILE + ".pom: the parent org.chroniclesync.parent is not in the repository");
  }

  @Test
  void coordinatesThatAreNotThoseOfTheFolderAreTold() throws Exception {
    write(PART_FILE + ".pom", PART.replace("a-part", "b-part"));

    assertThat(breaches())
        .contains(PART_FILE + ".pom: the coordinates are not those of the folder");
  }

  @ParameterizedTest
  @CsvSource({
    "child.project.url.inherit.append.path, a url",
    "child.scm.connection.inherit.append.path, the scm's connection",
    "child.scm.url.inherit.append.path, the scm's url"
  })
  void anAddressThatModulesInheritWithTheirNameIsTold(String attribute, String what)
      throws Exception {
    write(BOM_FILE, BOM.replace(attribute, "other"));

    assertThat(breaches())
        .containsExactly(BOM_FILE + ": modules inherit " + what + " with their name appended");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<version>1</version>|<version>1-SNAPSHOT</version>|it depends on a snapshot",
        "<version>1</version>|<version>1</version><scope>system</scope>|other has the scope system",
        "<groupId>org.example</groupId>|<groupId>org.chroniclesync</groupId>|it depends on other, which is not in the repository",
        "<dependencies>|<repositories/><dependencies>|it names a repository of its own",
      })
  void aDependencyThatNobodyCouldResolveIsTold(String text, String other, String breach)
      throws Exception {
    write(PART_FILE + ".pom", PART.replace(text, other));

    assertThat(breaches()).containsExactly(PART_FILE + ".pom: " + breach);
  }

  @Test
  void aDependencyMayBeNamedByAProperty() throws Exception {
    write(
        PART_FILE + ".pom",
        PART.replace(
                "<groupId>org.example</groupId><artifactId>other</artifactId>",
                "<groupId>org.chroniclesync</groupId><artifactId>org.chroniclesync.${which}</artifactId>")
            .replace(
                "<dependencies>", "<properties><which>bom</which></properties><dependencies>"));

    assertThat(breaches()).isEmpty();
  }

  @Test
  void aSnapshotIsTold() throws Exception {
    Path folder = repository.resolve("org/chroniclesync/org.chroniclesync.bom");
    Files.move(folder.resolve("1.0.0"), folder.resolve("1.0.0-SNAPSHOT"));

    assertThat(breaches()).anyMatch(breach -> breach.endsWith("the version is a snapshot"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sources.jar", "javadoc.jar"})
  void aJarWithoutSourcesOrJavadocIsTold(String companion) throws Exception {
    delete(PART_FILE + "-" + companion);

    assertThat(breaches()).containsExactly(PART_FILE + ".jar: there is no " + companion);
  }

  @Test
  void aMissingJarIsTold() throws Exception {
    delete(PART_FILE + ".jar");

    assertThat(breaches()).containsExactly(PART_FILE + ".pom: there is no jar");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bundle-DocURL", "Bundle-SCM", "Bundle-License", "Automatic-Module-Name"})
  void aHeaderThatIsMissingIsTold(String header) throws Exception {
    Map<String, String> headers = new TreeMap<>(HEADERS);
    headers.remove(header);
    writeJar(PART_FILE + ".jar", headers);

    assertThat(breaches()).contains(PART_FILE + ".jar: the manifest has no " + header);
  }

  @Test
  void aModuleWithAnotherNameIsTold() throws Exception {
    Map<String, String> headers = new TreeMap<>(HEADERS);
    headers.put("Automatic-Module-Name", "part");
    writeJar(PART_FILE + ".jar", headers);

    assertThat(breaches())
        .containsExactly(
            PART_FILE + ".jar: it is the module [part] and not org.chroniclesync.a_part");
  }

  @Test
  void aNameThatCannotBeThatOfAModuleIsTold() throws Exception {
    Map<String, String> headers = new TreeMap<>(HEADERS);
    headers.put("Automatic-Module-Name", "org.chroniclesync.a-part");
    writeJar(PART_FILE + ".jar", headers);

    assertThat(breaches()).singleElement().asString().contains("it cannot be a module");
  }

  @Test
  void aBomThatLacksAJarIsTold() throws Exception {
    write(BOM_FILE, BOM.replace("a-part", "b-part"));

    assertThat(breaches()).contains(BOM_FILE + ": it lacks org.chroniclesync.a-part");
  }

  @ParameterizedTest
  @ValueSource(strings = {".md5", ".sha1"})
  void aChecksumThatIsMissingOrWrongIsTold(String suffix) throws Exception {
    write(BOM_FILE + suffix, "0123");
    delete(PART_FILE + ".jar" + suffix);

    assertThat(Central.breaches(repository))
        .containsExactlyInAnyOrder(
            BOM_FILE + ": the checksum " + suffix + " is wrong",
            PART_FILE + ".jar: it has no checksum " + suffix);
  }

  @Test
  void aFileThatIsNotSignedAmongOthersThatAreIsTold() throws Exception {
    for (String file : List.of(".pom", ".jar", "-sources.jar")) {
      write(PART_FILE + file + ".asc", "signature");
    }

    assertThat(breaches())
        .containsExactlyInAnyOrder(
            PART_FILE + "-javadoc.jar: it has no signature, but others have",
            BOM_FILE + ": it has no signature, but others have");
  }

  /** With right checksums: only what a test changed is wrong. */
  private List<String> breaches() throws Exception {
    sum();
    return Central.breaches(repository);
  }

  private void write(String name, String text) throws IOException {
    Path file = repository.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private void delete(String name) throws IOException {
    Files.delete(repository.resolve(name));
  }

  private void writeJar(String name, Map<String, String> headers) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    headers.forEach((key, value) -> manifest.getMainAttributes().putValue(key, value));
    try (OutputStream out = Files.newOutputStream(repository.resolve(name));
        JarOutputStream jar = new JarOutputStream(out, manifest)) {
      jar.putNextEntry(new ZipEntry("something"));
      jar.write("else".getBytes(UTF_8));
    }
  }

  private void sum() throws Exception {
    try (Stream<Path> files = Files.walk(repository)) {
      for (Path file : files.filter(one -> one.toString().matches(".*\\.(pom|jar)")).toList()) {
        for (Map.Entry<String, String> sum : Map.of(".md5", "MD5", ".sha1", "SHA-1").entrySet()) {
          MessageDigest digest = MessageDigest.getInstance(sum.getValue());
          Files.writeString(
              file.resolveSibling(file.getFileName() + sum.getKey()),
              HexFormat.of().formatHex(digest.digest(Files.readAllBytes(file))));
        }
      }
    }
  }
}
