// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.net.http.WebSocketHandshakeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.awaitility.Awaitility;
import org.chroniclesync.testkits.configuration.FreePort;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The Debian package of the discovery service: what is in it, and that it runs and is changed. */
class DebianIT extends InstalledNode {
  private static final Path PACKAGE = Built.debian();
  private static final String UNIT = "usr/lib/systemd/system/chroniclesync-discovery.service";

  @BeforeEach
  void requireTools() {
    assumeThat(Path.of("/usr/bin/dpkg-deb")).exists();
  }

  private static String output(String... words) throws Exception {
    Process program = new ProcessBuilder(words).redirectErrorStream(true).start();
    String said = new String(program.getInputStream().readAllBytes(), UTF_8);
    assertThat(program.waitFor()).as(said).isZero();
    return said;
  }

  private Path root() throws Exception {
    Path root = folder.resolve("root");
    output("dpkg-deb", "-x", PACKAGE.toString(), root.toString());
    return root;
  }

  @Test
  void saysWhatItIsAndNeeds() throws Exception {
    assertThat(output("dpkg-deb", "-f", PACKAGE.toString()).lines())
        .contains(
            "Package: chroniclesync-discovery",
            "Version: " + System.getProperty("chroniclesync.version").replace('-', '~'),
            "Architecture: all",
            "Depends: default-jre-headless (>= 2:1.17) | java17-runtime-headless");
    assertThat(output("dpkg-deb", "-I", PACKAGE.toString(), "conffiles"))
        .isEqualTo("/etc/chroniclesync-discovery/discovery.properties\n");
    for (String script : List.of("postinst", "prerm", "postrm")) {
      Path file = folder.resolve(script);
      Files.writeString(file, output("dpkg-deb", "-I", PACKAGE.toString(), script));
      output("sh", "-n", file.toString());
    }
  }

  @Test
  void belongsToRootAndNobodyElseWritesIt() throws Exception {
    assertThat(output("dpkg-deb", "-c", PACKAGE.toString()).lines())
        .isNotEmpty()
        .allMatch(
            line -> line.matches("(drwxr-xr-x|-rw-r--r--|-rwxr-xr-x|lrwxrwxrwx) root/root .*"))
        .noneMatch(line -> line.contains("webrtc") || line.contains("sqlite"));
    Path root = root();
    Path sums = folder.resolve("md5sums");
    Files.writeString(sums, output("dpkg-deb", "-I", PACKAGE.toString(), "md5sums"));
    output("sh", "-c", "cd '" + root + "' && md5sum -c --quiet '" + sums + "'");
  }

  @Test
  void theUnitTakesAllRightsAndStartsWhatIsThere() throws Exception {
    Path root = root();
    List<String> unit = Files.readAllLines(root.resolve(UNIT));
    assertThat(unit)
        .contains(
            "DynamicUser=yes",
            "SupplementaryGroups=chroniclesync-tls",
            "ProtectSystem=strict",
            "NoNewPrivileges=yes",
            "CapabilityBoundingSet=");
    assertThat(Files.readString(root.resolve("usr/lib/sysusers.d/chroniclesync-discovery.conf")))
        .contains("g chroniclesync-tls -");
    assertThat(String.join("\n", unit)).doesNotContain("/opt/");
    assertThat(root.resolve(command(unit).get(0).substring(1))).isExecutable();
  }

  @Test
  void theSameDistributionMakesTheSamePackage() throws Exception {
    Path again = folder.resolve("again.deb");
    output(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "src/build/Debian.java",
        Built.distribution().toString(),
        "src/debian",
        System.getProperty("chroniclesync.version"),
        System.getProperty("chroniclesync.time"),
        again.toString());
    assertThat(again).hasSameBinaryContentAs(PACKAGE);
  }

  private static List<String> command(List<String> unit) {
    return unit.stream()
        .filter(line -> line.startsWith("ExecStart="))
        .map(line -> List.of(line.substring("ExecStart=".length()).split(" ")))
        .findFirst()
        .orElseThrow();
  }

  /** Whether there is no place for one more room. */
  private static boolean isRefused(int port) throws Exception {
    try {
      DiscoveryClient.join(port, "another-" + UUID.randomUUID(), "carl").socket().abort();
      return false;
    } catch (ExecutionException e) {
      return e.getCause() instanceof WebSocketHandshakeException refusal
          && refusal.getResponse().statusCode() == 503;
    }
  }

  @Test
  void aUserWithoutRightsRunsItAndItsConfigurationChangesUnderClients() throws Exception {
    Path root = root();
    int port = FreePort.find();
    run(root, port);

    DiscoveryClient ann = DiscoveryClient.join(port, "room", "ann");
    assertThat(ann.ping()).isEqualTo("{\"type\":\"pong\"}");
    DiscoveryClient bob = DiscoveryClient.join(port, "room", "bob");
    assertThat(ann.next()).isEqualTo("{\"type\":\"peer-joined\",\"peerId\":\"bob\"}");

    Path configuration = root.resolve("etc/chroniclesync-discovery/discovery.properties");
    Files.writeString(configuration, "rooms = 1\n");
    Awaitility.await().atMost(PATIENCE).until(() -> isRefused(port));
    Files.writeString(configuration, "rooms = 0\n");
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> DiscoveryClient.health(port).contains("\"degraded\""));
    assertThat(isRefused(port)).isTrue();
    Files.writeString(configuration, "# the defaults\n");
    Awaitility.await().atMost(PATIENCE).until(() -> !isRefused(port));
    assertThat(DiscoveryClient.health(port)).startsWith("{\"status\":\"ok\"");

    assertThat(ann.ping()).isEqualTo("{\"type\":\"pong\"}");
    assertThat(bob.ping()).isEqualTo("{\"type\":\"pong\"}");
    assertThat(stop()).as(said()).isEqualTo(Exit.STOPPED.code());
  }

  private void run(Path root, int port) throws Exception {
    List<String> words = new ArrayList<>();
    for (String word : command(Files.readAllLines(root.resolve(UNIT)))) {
      words.add(
          word.replace("${STATE_DIRECTORY}", data.toString())
              .replace("8080", String.valueOf(port))
              .replaceFirst("^/usr/", root + "/usr/"));
    }
    Process started = builder(words).redirectOutput(folder.resolve("out").toFile()).start();
    process = started;
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> said().contains("discovery service is running") || !started.isAlive());
    assertThat(started.isAlive()).as(said()).isTrue();
  }

  /** A certificate and its key, which the user of the service alone may read. */
  private static void certify(Path place) throws Exception {
    asUser(
        "sh",
        "-c",
        ("umask 077; cd '%s' && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1"
                + " -nodes -days 2 -subj /CN=localhost -keyout key.new -out chain.new 2> out"
                + " && mv key.new key.pem && mv chain.new chain.pem")
            .formatted(place));
  }

  /** The number of the certificate that a new connection is shown; whose it is does not matter. */
  private static String serial(int port) throws Exception {
    Process client =
        new ProcessBuilder(
                "sh",
                "-c",
                "openssl s_client -connect 127.0.0.1:%d < /dev/null 2> /dev/null | openssl x509 -noout -serial"
                    .formatted(port))
            .redirectErrorStream(true)
            .start();
    String said = new String(client.getInputStream().readAllBytes(), UTF_8);
    return client.waitFor() == 0 ? said : "none";
  }

  @Test
  void tlsIsServedFromTheStartAndItsCertificateIsRenewed() throws Exception {
    assumeThat(Path.of("/usr/bin/openssl")).exists();
    Path root = root();
    Path place = Files.createDirectory(folder.resolve("tls"));
    Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwxrwxrwx"));
    certify(place);
    int port = FreePort.find();
    int tlsPort = FreePort.find();
    Files.writeString(
        root.resolve("etc/chroniclesync-discovery/discovery.properties"),
        "tlsPort = %d%ntlsKey = %s%ntlsCertificate = %s%n"
            .formatted(tlsPort, place.resolve("key.pem"), place.resolve("chain.pem")));
    run(root, port);

    // Nobody has asked the other port for anything yet.
    Awaitility.await().atMost(PATIENCE).until(() -> serial(tlsPort).startsWith("serial="));
    String first = serial(tlsPort);
    DiscoveryClient ann = DiscoveryClient.join(port, "room", "ann");
    assertThat(ann.ping()).isEqualTo("{\"type\":\"pong\"}");
    certify(place);
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> serial(tlsPort).startsWith("serial=") && !serial(tlsPort).equals(first));
    assertThat(DiscoveryClient.health(port)).startsWith("{\"status\":\"ok\"");
    assertThat(ann.ping()).isEqualTo("{\"type\":\"pong\"}");
    assertThat(stop()).as(said()).isEqualTo(Exit.STOPPED.code());
  }
}
