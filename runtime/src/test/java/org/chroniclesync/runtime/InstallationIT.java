// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What users install runs read-only, and for a user without rights. */
@EnabledOnOs(OS.LINUX)
class InstallationIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Nobody, on each Linux. */
  private static final String UNPRIVILEGED = "65534";

  private Path folder;
  private Path data;
  private Path temporary;
  private String options;
  private @Nullable Process process;

  @BeforeEach
  void openToAll() throws Exception {
    // Not a @TempDir: the parents of that are for its owner only.
    folder = Files.createTempDirectory(Path.of("/tmp"), "chroniclesync-install-");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    data = folder.resolve("data");
    temporary = Files.createDirectory(folder.resolve("temporary"));
    Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxrwxrwx"));
    options = "-Djava.io.tmpdir=" + temporary;
  }

  @AfterEach
  void removeAll() throws Exception {
    if (process != null) {
      process.destroyForcibly().waitFor();
    }
    call("chmod", "-R", "u+w", folder.toString());
    call("rm", "-rf", folder.toString());
  }

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

    refused(Exit.USAGE, "is not the URL of a discovery", home, "--discovery", "http://127.0.0.1/");
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

    assertThat(shell(home, "stop 0")).isBlank();

    assertThat(ended()).as(said()).isZero();
    assertThat(data.resolve("control.sock")).doesNotExist();
  }

  @Test
  void thePromptStopsTheNode() throws Exception {
    Path jar = Files.copy(Built.runnableJar(), folder.resolve("node.jar"));
    String none = folder.resolve("no-profile").toString();
    List<String> words = List.of(java(), "-Dchroniclesync.tty=true", "-jar", jar.toString());
    List<String> options = List.of("node", "--data", data.toString(), "--profile", none);

    // Left open, as at a terminal.
    OutputStream lines = start(Stream.of(words, options).flatMap(List::stream).toList(), "");
    lines.write("stop 0\n".getBytes(UTF_8));
    lines.flush();

    assertThat(ended()).as(said()).isZero();
  }

  @Test
  void whoHasNodesOnlySaysSoAtTheFirstStartAndIsNotAskedAgain() throws Exception {
    Path jar = Files.copy(Built.runnableJar(), folder.resolve("node.jar"));
    String none = folder.resolve("no-profile").toString();
    List<String> words = List.of(java(), "-Dchroniclesync.tty=true", "-jar", jar.toString());
    List<String> options = List.of("node", "--data", data.toString(), "--profile", none);
    List<String> command = Stream.of(words, options).flatMap(List::stream).toList();

    OutputStream lines = start(command, "perhaps", "n");
    lines.write("stop 0\n".getBytes(UTF_8));
    lines.flush();
    assertThat(ended()).as(said()).isZero();
    assertThat(said()).contains("Answer y or n.");
    assertThat(data.resolve("conf/org.chroniclesync.core.properties")).hasContent("legacy = deny");

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

  private Path unpack() throws Exception {
    call("tar", "xzf", Built.archive(".tar.gz").toString(), "-C", folder.toString());
    try (Stream<Path> inside = Files.list(folder)) {
      return inside.filter(Files::isDirectory).findFirst().orElseThrow();
    }
  }

  private List<String> script(Path home, String command, String... options) {
    List<String> words = new ArrayList<>();
    words.add(home.resolve("bin/chroniclesync").toString());
    words.addAll(List.of(command, "--data", data.toString()));
    words.addAll(List.of(options));
    if (command.equals("start")) {
      // The test must not read the browsers of the person who runs it.
      words.addAll(List.of("--profile", folder.resolve("no-profile").toString()));
    }
    return words;
  }

  /** Runs as nobody if we are root. Otherwise we have no rights ourselves. */
  private static List<String> unprivileged(List<String> words) throws Exception {
    if (!lines("id", "-u").equals(List.of("0"))) {
      return words;
    }
    assumeThat(Path.of("/usr/bin/setpriv")).exists();
    List<String> all = new ArrayList<>(List.of("/usr/bin/setpriv", "--reuid=" + UNPRIVILEGED));
    all.addAll(List.of("--regid=" + UNPRIVILEGED, "--clear-groups"));
    all.addAll(words);
    return all;
  }

  /** Returns what it reads as from a terminal. */
  private OutputStream start(List<String> words, String... answers) throws Exception {
    Process started = builder(words).redirectOutput(folder.resolve("out").toFile()).start();
    process = started;
    for (String answer : answers) {
      started.getOutputStream().write((answer + "\n").getBytes(UTF_8));
    }
    started.getOutputStream().flush();
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> said().contains("The node is running.") || !started.isAlive());
    assertThat(started.isAlive()).as(said()).isTrue();
    return started.getOutputStream();
  }

  private ProcessBuilder builder(List<String> words) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(unprivileged(words)).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().remove("CREDENTIALS_DIRECTORY");
    builder.environment().put("JAVA_OPTS", options);
    return builder.directory(folder.toFile());
  }

  private String said() throws IOException {
    return Files.readString(folder.resolve("out"));
  }

  private String shell(Path home, String command) throws Exception {
    Process shell = builder(script(home, "shell", "-c", command)).start();
    String answer = new String(shell.getInputStream().readAllBytes(), UTF_8);
    assertThat(shell.waitFor()).as(answer).isZero();
    return answer;
  }

  /** Ends the process as a service manager does. */
  private int stop() throws InterruptedException {
    Objects.requireNonNull(process).destroy();
    return ended();
  }

  private int ended() throws InterruptedException {
    Process started = Objects.requireNonNull(process);
    assertThat(started.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    return started.exitValue();
  }

  private static Map<String, Long> files(Path folder) throws IOException {
    Map<String, Long> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.toList()) {
        files.put(file.toString(), Files.getLastModifiedTime(file).toMillis());
      }
    }
    return files;
  }

  private void refused(Exit exit, String sentence, Path home, String... options) throws Exception {
    List<String> words = script(home, "start", "--no-shell");
    words.addAll(List.of(options));
    Process node = builder(words).start();
    String answer = new String(node.getInputStream().readAllBytes(), UTF_8);

    assertThat(node.waitFor()).as(answer).isEqualTo(exit.code());
    assertThat(answer.lines()).as(answer).hasSize(1);
    assertThat(answer).contains(sentence);
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private static String jarTool() {
    return Path.of(System.getProperty("java.home"), "bin", "jar").toString();
  }

  private static void call(String... words) throws Exception {
    lines(words);
  }

  private static List<String> lines(String... words) throws Exception {
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output.lines().toList();
  }
}
