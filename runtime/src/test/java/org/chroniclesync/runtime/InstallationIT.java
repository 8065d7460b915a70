// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What users install runs read-only, and for a user without rights. */
@EnabledOnOs(OS.LINUX)
class InstallationIT extends InstalledNode {
  @Test
  void aUserWithoutRightsRunsAReadOnlyInstallation() throws Exception {
    Path home = unpack();
    call("chmod", "-R", "a-w", home.toString());
    Map<String, Long> before = files(home);

    start(script(home, "start", "--no-shell"));
    assertThat(shell(home, "status")).contains("history", "0 entries");
    assertThat(data.resolve("history.db")).exists();
    assertThat(stop()).isZero();

    assertThat(files(home)).isEqualTo(before);
  }

  /** On each Java: newer ones warn of native code, of {@code Unsafe}, of a missing folder. */
  @Test
  void aStartSaysWhatThereIsToSayAndNothingElse() throws Exception {
    Path home = unpack();
    options = "";
    List<String> words =
        List.of(
            home.resolve("bin/chroniclesync").toString(),
            "start",
            "--no-shell",
            "--data",
            data.toString(),
            "--port",
            "0",
            "--set",
            "org.chroniclesync.importer.browser:profiles=[]",
            "--set",
            "org.chroniclesync.core:startGraceMillis=60000");
    String runs = "The node is running. Data folder: " + data;

    start(words);
    assertThat(shell(home, "devices --json")).isEqualTo("[]\n");
    assertThat(stop()).isZero();
    assertThat(said().lines())
        .containsExactly(runs, "Created a new mnemonic. The command mnemonic shows it.");

    start(words);
    assertThat(stop()).isZero();
    assertThat(said().lines()).containsExactly(runs);
    assertThat(Files.readString(data.resolve("logs/node.log")))
        .contains(" INFO ")
        .doesNotContain(" ERROR ");
  }

  @Test
  void aCheckoutRunsWithWhatItAddsToTheClassPath() throws Exception {
    start(script(Built.distribution(), "start", "--no-shell"));

    assertThat(Built.distribution().resolve("lib/org.chroniclesync.api.jar")).exists();
    assertThat(stop()).isZero();
  }

  @Test
  void theLibraryOfSqliteIsTakenFromTheInstallation() throws Exception {
    Path home = unpack();

    start(script(home, "start", "--no-shell"));

    assertThat(data.resolve("history.db")).exists();
    try (Stream<Path> unpacked = Files.list(temporary)) {
      assertThat(unpacked.map(Path::getFileName).map(Path::toString))
          .noneMatch(name -> name.startsWith("sqlite"));
    }
    assertThat(stop()).isZero();
  }

  @Test
  void aNodeWithoutTheNativeLibrarySaysWhyAndRuns() throws Exception {
    Path home = unpack();
    Path list = home.resolve("conf/node/bundles");
    String fragment = "org.chroniclesync.lib.webrtc." + Built.platform();
    Files.writeString(list, Files.readString(list).replace(fragment + "\n", ""));

    start(script(home, "start", "--no-shell"));

    assertThat(said())
        .contains("org.chroniclesync.transport.webrtc did not start")
        .contains("org.chroniclesync.native (library=webrtc)");
    assertThat(shell(home, "status")).contains("history", "0 entries");
    assertThat(stop()).isZero();
  }

  @Test
  void aWrongConfigurationOfTheEngineEndsTheStartWithTheReason() throws Exception {
    Process node =
        builder(
                script(
                    unpack(), "start", "--no-shell", "--set", "org.chroniclesync.core:maxPeers=0"))
            .start();
    String answer = new String(node.getInputStream().readAllBytes(), UTF_8);

    assertThat(node.waitFor()).as(answer).isEqualTo(Exit.NOT_READY.code());
    assertThat(answer)
        .contains("The node cannot start.")
        .contains(
            "did not start: maxPeers of org.chroniclesync.core is 0;"
                + " it must be a whole number from 1 to 1,000.")
        .doesNotContain("The node is running.");
  }

  @Test
  void aWrongConfigurationOfAPartIsNamedAndTheNodeRuns() throws Exception {
    Path home = unpack();

    start(
        script(
            home,
            "start",
            "--no-shell",
            "--set",
            "org.chroniclesync.discovery.websocket~1:url=http://127.0.0.1/"));

    assertThat(said())
        .contains(
            "url of org.chroniclesync.discovery.websocket is of"
                + " the scheme \"http\"; it must be the URL of a discovery service")
        .contains("Something does not work as it should; it is named above.")
        .doesNotContain("Error during instantiation");
    assertThat(shell(home, "status")).contains("history", "0 entries");
    assertThat(stop()).isZero();
  }

  @Test
  void aStartThatIsRefusedEndsWithItsCodeAndASentenceAndMakesNothing() throws Exception {
    Path home = unpack();
    Path words = Files.writeString(folder.resolve("words"), "not a mnemonic");
    Files.setPosixFilePermissions(words, PosixFilePermissions.fromString("rw-r--r--"));

    options = "";
    refused(Exit.USAGE, "is not the URL of a discovery", home, "--discovery", "http://127.0.0.1/");
    refused(Exit.USAGE, "Unknown option --nonsense", home, "--nonsense");
    refused(Exit.DATA, "chmod 600", home, "--mnemonic-file", words.toString());
    refused(Exit.DATA, "not a regular file", home, "--mnemonic-file", "/dev/zero");
    assertThat(data).doesNotExist();
  }

  @Test
  void aMissingMnemonicBesideAHistoryEndsTheStartAndChangesNothing() throws Exception {
    Path home = unpack();
    start(script(home, "start", "--no-shell"));
    assertThat(stop()).isZero();
    Files.delete(DataFolder.phrase(data));
    Map<String, Long> before = files(data);

    refused(Exit.DATA, "mnemonic is missing, but " + data + " is not empty", home);
    assertThat(files(data)).isEqualTo(before);
  }

  @Test
  void aHistoryThatTheStorageRefusesIsNamedAndTheNodeRuns() throws Exception {
    Path home = unpack();
    start(script(home, "start", "--no-shell"));
    assertThat(stop()).isZero();
    Path history = data.resolve("history.db");
    Files.write(history, Arrays.copyOf(Files.readAllBytes(history), 5_000));

    start(script(home, "start", "--no-shell"));

    assertThat(said())
        .contains(history + " cannot be read as a ChronicleSync history")
        .contains("Something does not work as it should; it is named above.");
    assertThat(shell(home, "status")).contains("storage sqlite does not work: ");
    assertThat(stop()).isZero();
  }

  @Test
  void nativeLibrariesAreUnpackedIntoTheDataFolder() throws Exception {
    Path home = unpack();
    options = "";
    start(script(home, "start", "--no-shell"));
    shell(home, "offer"); // loads libwebrtc

    Path maps = Path.of("/proc/" + Objects.requireNonNull(process).pid() + "/maps");
    assertThat(Files.readAllLines(maps))
        .filteredOn(line -> line.contains("webrtc-java"))
        .isNotEmpty()
        .allMatch(line -> line.contains(data.resolve("tmp").toString()));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("tmp"))))
        .isEqualTo("rwx------");
    assertThat(stop()).isZero();
  }

  @Test
  void theShellStopsTheNode() throws Exception {
    Path home = unpack();
    start(script(home, "start", "--no-shell"));

    assertThat(shell(home, "stop 0")).isEqualTo("The node is stopping.\n");

    assertThat(ended()).as(said()).isZero();
    assertThat(data.resolve("control.sock")).doesNotExist();
  }

  @Test
  void thePromptStopsTheNode() throws Exception {
    Path jar = Files.copy(Built.runnableJar(), folder.resolve("node.jar"));
    String none = folder.resolve("no-profile").toString();
    List<String> words = List.of(java(), "-Dchroniclesync.tty=true", "-jar", jar.toString());
    List<String> options =
        List.of("node", "--port", "0", "--data", data.toString(), "--profile", none);

    // Left open, as at a terminal.
    OutputStream lines =
        start(Stream.of(words, options).flatMap(List::stream).toList(), "", "", "");
    lines.write("stop 0\n".getBytes(UTF_8));
    lines.flush();

    assertThat(ended()).as(said()).isZero();
  }

  @Test
  void whoHasNodesOnlySaysSoAtTheFirstStartAndIsNotAskedAgain() throws Exception {
    Path jar = Files.copy(Built.runnableJar(), folder.resolve("node.jar"));
    String none = folder.resolve("no-profile").toString();
    List<String> words = List.of(java(), "-Dchroniclesync.tty=true", "-jar", jar.toString());
    List<String> options =
        List.of("node", "--port", "0", "--data", data.toString(), "--profile", none);
    List<String> command = Stream.of(words, options).flatMap(List::stream).toList();

    OutputStream lines = start(command, "4", "1", "perhaps", "n", "y");
    lines.write("stop 0\n".getBytes(UTF_8));
    lines.flush();
    assertThat(ended()).as(said()).isZero();
    assertThat(said()).contains("Answer 1, 2 or 3.", "Answer y or n.");
    assertThat(data.resolve("conf/org.chroniclesync.core.properties")).hasContent("legacy = deny");
    assertThat(data.resolve("conf/org.chroniclesync.importer.browser.properties"))
        .hasContent("deletions = follow");

    OutputStream again = start(command);
    again.write("stop 0\n".getBytes(UTF_8));
    again.flush();
    assertThat(ended()).as(said()).isZero();
  }

  @Test
  void aConfigurationRefersToASecret() throws Exception {
    Path home = unpack();
    Path secrets = Files.createDirectories(folder.resolve("secrets"));
    Files.writeString(secrets.resolve("where"), "ws://127.0.0.1:1/secret\n");

    start(
        script(
            home,
            "start",
            "--no-shell",
            "--secrets",
            secrets.toString(),
            "--set",
            "org.chroniclesync.discovery.websocket~1:url=$[secret:where]"));

    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(shell(home, "status")).contains("127.0.0.1:1"));
    assertThat(stop()).isZero();
  }

  @Test
  void theRunnableJarNeedsNothingElseAndUnpacksOnce() throws Exception {
    Path jar = Files.copy(Built.runnableJar(), folder.resolve("node.jar"));
    List<String> command =
        List.of(java(), "-jar", jar.toString(), "node", "--data", data.toString(), "--profile");
    List<String> words = new ArrayList<>(command);
    words.add(folder.resolve("no-profile").toString());
    words.addAll(List.of("--port", "0"));

    start(words);
    assertThat(stop()).isZero();
    Map<String, Long> unpacked = files(data.resolve("install"));
    assertThat(unpacked).isNotEmpty();

    start(words);
    assertThat(stop()).isZero();
    assertThat(files(data.resolve("install"))).isEqualTo(unpacked);
  }

  @Test
  void aNewerJarLeavesTheInstallationOfARunningNodeAlone() throws Exception {
    Path jar = Files.copy(Built.runnableJar(), folder.resolve("node.jar"));
    Path newer = newerBuild(jar);
    start(
        List.of(
            java(),
            "-jar",
            jar.toString(),
            "node",
            "--data",
            data.toString(),
            "--no-shell",
            "--port",
            "0",
            "--profile",
            folder.resolve("no-profile").toString()));
    Path running = installations().get(0);
    Map<String, Long> before = files(running);

    Process shell = newerShell(newer);
    String answer = new String(shell.getInputStream().readAllBytes(), UTF_8);

    assertThat(shell.waitFor()).as(answer).isZero();
    assertThat(answer).contains("0 entries");
    assertThat(files(running)).isEqualTo(before);
    assertThat(installations()).hasSize(2);
    assertThat(stop()).isZero();

    // Now nobody uses it.
    newerShell(newer).waitFor();
    assertThat(installations()).hasSize(1).doesNotContain(running);
  }

  private Process newerShell(Path newer) throws Exception {
    return builder(
            List.of(
                java(),
                "-jar",
                newer.toString(),
                "shell",
                "--data",
                data.toString(),
                "-c",
                "status"))
        .start();
  }

  /** The same but for the name of its build. */
  private Path newerBuild(Path jar) throws IOException {
    Path newer = Files.copy(jar, folder.resolve("newer.jar"));
    try (FileSystem inside = FileSystems.newFileSystem(newer)) {
      Files.writeString(inside.getPath("dist/BUILD"), "0123456789abcdef");
    }
    return newer;
  }

  private List<Path> installations() throws IOException {
    try (Stream<Path> all = Files.list(data.resolve("install"))) {
      return all.filter(one -> !one.getFileName().toString().startsWith(".")).toList();
    }
  }

  @Test
  void bothArchivesHoldTheSame() throws Exception {
    List<String> tar = lines("tar", "tzf", Built.archive(".tar.gz").toString());
    List<String> zip = lines(jarTool(), "tf", Built.archive(".zip").toString());

    assertThat(zip).containsExactlyInAnyOrderElementsOf(tar);
    assertThat(tar)
        .anyMatch(name -> name.endsWith("/bin/chroniclesync"))
        .anyMatch(name -> name.endsWith("/bin/chroniclesync.bat"))
        .anyMatch(name -> name.endsWith("/index.xml"))
        .anyMatch(name -> name.endsWith("/feature/node.json"))
        .filteredOn(name -> name.contains("/bundle/org.chroniclesync.lib.webrtc."))
        .hasSize(2)
        .anyMatch(name -> name.contains(Built.platform()));
  }
}
