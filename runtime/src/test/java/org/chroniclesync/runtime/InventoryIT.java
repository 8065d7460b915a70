// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.cyclonedx.Version;
import org.cyclonedx.parsers.JsonParser;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bills of materials, NOTICE and licenses/ name what is in the archives, and nothing else. */
class InventoryIT {
  private static final List<String> ROLES = List.of("node", "discovery");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Predicate<String> NATIVE =
      Pattern.compile(".*\\.(so|dll|dylib|jnilib)").asMatchPredicate();

  /** Ours alone, without anything of others inside. */
  private static final Predicate<String> OURS =
      Pattern.compile("org\\.chroniclesync\\.(?!account$|api$|lib\\.|shell$|web$).*")
          .asMatchPredicate();

  private static Map<String, byte[]> archive = Map.of();

  @BeforeAll
  static void readArchive() throws IOException {
    archive = within(entries(Files.readAllBytes(Built.archive(".zip"))), "chroniclesync-[^/]+/");
  }

  @ParameterizedTest
  @ValueSource(strings = {"node", "discovery"})
  void aBillIsValid(String role) throws Exception {
    Path bill = Built.distribution().resolve("sbom").resolve(role + ".cdx.json");

    assertThat(new JsonParser().validate(bill.toFile(), Version.VERSION_16)).isEmpty();
  }

  @Test
  void theBillsNameEachJarOfTheArchiveAndNoOther() throws Exception {
    Set<String> named = new TreeSet<>();
    for (String role : ROLES) {
      named.addAll(locations(bill(role)));
    }

    assertThat(named).isEqualTo(jarsAndNatives(archive));
    Map<String, byte[]> runnable =
        within(entries(Files.readAllBytes(Built.runnableJar())), "dist/");
    assertThat(named).isEqualTo(jarsAndNatives(runnable));
  }

  @ParameterizedTest
  @ValueSource(strings = {"node", "discovery"})
  void aBillRequiresWhatItsRoleIsStartedWith(String role) throws Exception {
    assertThat(named(role, "required")).isEqualTo(started(role));
  }

  @ParameterizedTest
  @ValueSource(strings = {"node", "discovery"})
  void whatIsThereForOtherLaunchersIsOptional(String role) throws Exception {
    Set<String> expected = new TreeSet<>();
    archive.keySet().stream().filter(name -> name.endsWith(".jar")).forEach(expected::add);
    expected.removeAll(started("node"));
    expected.removeAll(started("discovery"));
    // On the class path, too.
    expected.removeIf(name -> archive.containsKey("lib/" + simple(name) + ".jar"));

    assertThat(named(role, "optional")).isEqualTo(expected);
  }

  /** The class path and the bundles of a role. */
  private static Set<String> started(String role) {
    Set<String> names = new TreeSet<>();
    archive.keySet().stream()
        .filter(name -> name.startsWith("lib/") && name.endsWith(".jar"))
        .forEach(names::add);
    text("conf/" + role + "/bundles")
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> "bundle/" + line + ".jar")
        .filter(bundle -> !names.contains(bundle.replace("bundle/", "lib/")))
        .forEach(names::add);
    return names;
  }

  /** Where the jars of a scope are, the class path first. */
  private static Set<String> named(String role, String scope) throws IOException {
    Set<String> names = new TreeSet<>();
    for (JsonNode component : bill(role).get("components")) {
      if (component.get("scope").textValue().equals(scope)) {
        List<String> locations = occurrences(component);
        names.add(locations.get(locations.size() - 1));
      }
    }
    return names;
  }

  @Test
  void theBillsHaveTheChecksumsOfTheJars() throws Exception {
    for (String role : ROLES) {
      for (JsonNode component : bill(role).get("components")) {
        for (String location : occurrences(component)) {
          assertThat(component.at("/hashes/0/content").textValue())
              .as(location)
              .isEqualTo(sha256(Objects.requireNonNull(archive.get(location))));
        }
      }
    }
  }

  @Test
  void eachLicenceIsOneThatSpdxKnows() throws Exception {
    Set<String> known = spdx();
    for (String role : ROLES) {
      for (JsonNode expression : bill(role).findValues("expression")) {
        assertThat(Arrays.stream(expression.textValue().split(" (?:AND|OR|WITH) ")))
            .allMatch(id -> known.contains(id) || id.startsWith("LicenseRef-"));
      }
    }
  }

  @Test
  void whatIsNotOursHasItsLicenceInTheArchiveAndALineInTheNotice() throws Exception {
    List<String> notice = text("NOTICE").lines().toList();
    Set<String> shipped = new TreeSet<>();
    for (String name : archive.keySet()) {
      if (name.endsWith(".jar") && !OURS.test(simple(name))) {
        shipped.add(simple(name));
      }
    }
    assertThat(shipped).hasSizeGreaterThan(20);

    assertThat(shipped)
        .allSatisfy(
            jar ->
                assertThat(archive.keySet())
                    .anyMatch(name -> name.startsWith("licenses/" + jar + "/") && isLicence(name)));
    assertThat(
            archive.keySet().stream()
                .filter(name -> name.startsWith("licenses/"))
                .map(name -> name.split("/")[1]))
        .allMatch(shipped::contains);
    assertThat(notice.stream().filter(line -> line.endsWith(")") && !line.startsWith(" ")).toList())
        .map(line -> line.split(" ")[0])
        .containsExactlyInAnyOrderElementsOf(shipped);
  }

  @Test
  void theLibrariesInsideTheNativeOneAreNamedWithTheirLicences() throws Exception {
    String fragment = "org.chroniclesync.lib.webrtc." + Built.platform();
    Set<String> texts =
        entries(Objects.requireNonNull(archive.get("bundle/" + fragment + ".jar")))
            .keySet()
            .stream()
            .filter(name -> name.startsWith("META-INF/licenses/"))
            .map(InventoryIT::simple)
            .collect(Collectors.toCollection(TreeSet::new));
    List<String> named = new ArrayList<>();
    for (JsonNode component : bill("node").get("components")) {
      if (component.get("name").textValue().equals(fragment)) {
        component.get("components").forEach(part -> named.add(part.get("name").textValue()));
      }
    }

    assertThat(texts).contains("webrtc", "libvpx", "boringssl");
    assertThat(named).containsExactlyInAnyOrderElementsOf(texts);
    assertThat(archive.keySet()).contains("licenses/" + fragment + "/libvpx.txt");
  }

  private static boolean isLicence(String name) {
    return name.substring(name.lastIndexOf('/')).contains("LICEN");
  }

  /** Without folder and suffix. */
  private static String simple(String name) {
    return name.substring(name.lastIndexOf('/') + 1).replaceFirst("\\.(?:jar|txt)$", "");
  }

  private static JsonNode bill(String role) throws IOException {
    return JSON.readTree(text("sbom/" + role + ".cdx.json"));
  }

  private static Set<String> locations(JsonNode bill) {
    Set<String> locations = new TreeSet<>();
    bill.findValues("location").forEach(location -> locations.add(location.textValue()));
    return locations;
  }

  private static List<String> occurrences(JsonNode component) {
    List<String> locations = new ArrayList<>();
    component
        .at("/evidence/occurrences")
        .forEach(occurrence -> locations.add(occurrence.get("location").textValue()));
    assertThat(locations).isNotEmpty();
    return locations;
  }

  /** All jars, all native files, and those inside jars as "jar!/file". */
  private static Set<String> jarsAndNatives(Map<String, byte[]> files) throws IOException {
    Set<String> names = new TreeSet<>();
    for (Map.Entry<String, byte[]> entry : files.entrySet()) {
      if (entry.getKey().endsWith(".jar")) {
        names.add(entry.getKey());
        entries(entry.getValue()).keySet().stream()
            .filter(NATIVE)
            .forEach(name -> names.add(entry.getKey() + "!/" + name));
      } else if (NATIVE.test(entry.getKey())) {
        names.add(entry.getKey());
      }
    }
    return names;
  }

  private static Map<String, byte[]> within(Map<String, byte[]> entries, String folder) {
    Pattern start = Pattern.compile("^" + folder);
    Map<String, byte[]> within = new TreeMap<>();
    entries.forEach(
        (name, bytes) -> {
          if (start.matcher(name).find()) {
            within.put(start.matcher(name).replaceFirst(""), bytes);
          }
        });
    return within;
  }

  private static Map<String, byte[]> entries(byte[] zip) throws IOException {
    Map<String, byte[]> entries = new TreeMap<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        if (!entry.isDirectory()) {
          entries.put(entry.getName(), in.readAllBytes());
        }
      }
    }
    return entries;
  }

  private static String text(String name) {
    return new String(Objects.requireNonNull(archive.get(name), name), UTF_8);
  }

  private static Set<String> spdx() throws IOException {
    Set<String> known = new TreeSet<>(Set.of("Classpath-exception-2.0", "LLVM-exception"));
    try (InputStream in = JsonParser.class.getResourceAsStream("/spdx.schema.json")) {
      JSON.readTree(in).get("enum").forEach(id -> known.add(id.textValue()));
    }
    assertThat(known).hasSizeGreaterThan(400);
    return known;
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
