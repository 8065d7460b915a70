// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.chroniclesync.testkits.configuration.FreePort;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The steps of the Containerfile, one by one, upon this computer's own system in place of the image
 * that it begins with: a layer over it takes what they write, and is read-only when the service
 * runs. It needs neither a builder nor a registry.
 */
class ContainerfileIT extends InstalledNode {
  private static final Path RECIPE = Path.of("src", "container", "Containerfile");
  private static final String ROOT = "w/root";

  private static final String LAYER =
      """
      set -e
      mkdir w
      mount -t tmpfs tmpfs w
      mkdir w/up w/work w/root
      mount -t overlay overlay -o lowerdir=/,upperdir=w/up,workdir=w/work w/root
      mount --rbind /proc w/root/proc
      mount --rbind /dev w/root/dev
      """;

  /** The recipe as a script, and the command of the image. */
  private record Steps(String script, String user, List<String> entry) {
    static Steps read() throws Exception {
      StringBuilder script = new StringBuilder(LAYER);
      String user = "";
      List<String> entry = List.of();
      for (String line : Files.readAllLines(RECIPE)) {
        if (line.isBlank() || line.startsWith("#")) {
          continue;
        }
        String rest = line.substring(line.indexOf(' ') + 1);
        switch (line.substring(0, line.indexOf(' '))) {
          case "FROM", "VOLUME", "EXPOSE", "STOPSIGNAL" -> {}
          case "COPY" -> {
            String[] words = rest.split(" ");
            Path source = Built.debian().resolveSibling(words[0]);
            script.append("cp '%s' %s%s\n".formatted(source, ROOT, words[1]));
          }
          case "RUN" -> script.append("chroot %s sh -ec '%s'\n".formatted(ROOT, rest));
          case "USER" -> user = rest;
          case "ENTRYPOINT" -> entry = List.of(new ObjectMapper().readValue(rest, String[].class));
          default -> throw new AssertionError("a step that this test does not know: " + line);
        }
      }
      return new Steps(script.toString(), user, entry);
    }

    String run(int port) {
      return script
          + "mount -t tmpfs -o uid=%s,gid=%s,mode=700 tmpfs %s/data\n"
              .formatted(user.split(":")[0], user.split(":")[1], ROOT)
          + "mount -o remount,ro,bind %s\n".formatted(ROOT)
          + "exec chroot --userspec=%s --groups= %s %s --host 127.0.0.1 --port %d\n"
              .formatted(user, ROOT, String.join(" ", entry), port);
    }
  }

  private Process unshared(String script) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder("unshare", "--mount", "sh", "-c", script)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out").toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().remove("JAVA_OPTS");
    return builder.start();
  }

  private void requireLayers() throws Exception {
    assumeThat(Path.of("/usr/bin/unshare")).exists();
    assumeThat(Path.of("/usr/bin/dpkg-deb")).exists();
    assumeThat(unshared(LAYER).waitFor()).as("layers, as root").isZero();
    Files.deleteIfExists(folder.resolve("w"));
  }

  private static List<String> status(Process of, String key) throws Exception {
    return Files.readAllLines(Path.of("/proc", String.valueOf(of.pid()), "status")).stream()
        .filter(line -> line.startsWith(key + ":"))
        .map(line -> line.substring(key.length() + 1).strip())
        .toList();
  }

  private static @Nullable String optionsOfRoot(Process of) throws Exception {
    // As proc(5) has it: the fifth field is where, the sixth how.
    return Files.readAllLines(Path.of("/proc", String.valueOf(of.pid()), "mountinfo")).stream()
        .map(line -> line.split(" "))
        .filter(fields -> fields[4].equals("/"))
        .map(fields -> fields[5])
        .findFirst()
        .orElse(null);
  }

  @Test
  void theImageServesReadOnlyAndWithoutRights() throws Exception {
    requireLayers();
    int port = FreePort.find();
    Steps steps = Steps.read();
    Process started = unshared(steps.run(port));
    process = started;
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> said().contains("discovery service is running") || !started.isAlive());
    assertThat(started.isAlive()).as(said()).isTrue();

    assertThat(status(started, "Uid")).containsExactly("65532\t65532\t65532\t65532");
    assertThat(status(started, "CapEff")).containsExactly("0000000000000000");
    assertThat(Objects.requireNonNull(optionsOfRoot(started)).split(",")).contains("ro");
    DiscoveryClient ann = DiscoveryClient.join(port, "room", "ann");
    assertThat(ann.ping()).isEqualTo("{\"type\":\"pong\"}");
    DiscoveryClient bob = DiscoveryClient.join(port, "room", "bob");
    assertThat(ann.next()).isEqualTo("{\"type\":\"peer-joined\",\"peerId\":\"bob\"}");
    assertThat(bob.ping()).isEqualTo("{\"type\":\"pong\"}");
    assertThat(DiscoveryClient.health(port)).startsWith("{\"status\":\"ok\"");
    assertThat(stop()).as(said()).isEqualTo(Exit.STOPPED.code());
  }

  @Test
  void theImageNeverRunsAsRoot() throws Exception {
    Steps steps = Steps.read();
    assertThat(steps.user()).isEqualTo("65532:65532");
    assertThat(steps.entry())
        .startsWith("/usr/share/chroniclesync-discovery/bin/chroniclesync", "discovery")
        .containsSequence("--data", "/data");
  }
}
