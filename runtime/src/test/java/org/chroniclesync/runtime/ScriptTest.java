// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * When the script {@code chroniclesync} builds, what it runs, and which modules it tests. It runs
 * in a small checkout; in place of Maven, which would build for minutes, stands a program that
 * writes down how it was called and makes a "distribution" out of the sources that it finds.
 */
@DisabledOnOs(OS.WINDOWS)
@Timeout(600)
class ScriptTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** What the distribution runs says which build it is of, and stays until its input ends. */
  private static final String MAVEN =
      """
      #!/usr/bin/env bash
      echo "$*" >> calls
      [[ $* == *"-pl runtime"* || $* != *-pl* ]] && [[ ! -e skip-runtime ]] && {
        mkdir -p runtime/target/dist/bin
        cat bundles/*/src/main/* > runtime/target/dist/bundles
        touch half
        while [[ -e wait ]]; do sleep 0.01; done
        echo 'echo "ran $*, $(cat "$(dirname "$0")/../bundles")"; exec cat' \
          > runtime/target/dist/bin/chroniclesync
        echo build > runtime/target/dist/BUILD
        sleep 0.01
        touch runtime/target/chroniclesync-{1.tar.gz,1.zip,node.jar}
      }
      [[ $* == *verify* ]] && {
        mkdir -p bundles/core/target/surefire-reports
        cp report.xml bundles/core/target/surefire-reports/TEST-a.xml
        echo "[INFO] Quick ........................... SUCCESS [  1.500 s]"
        echo "[INFO] Slow ............................ SUCCESS [02:03 min]"
      }
      [[ ! -e fail ]]
      """;

  private static final String REPORT =
      """
      <testsuite tests="3" failures="0" errors="0" skipped="1">
        <testcase classname="One" name="works"/>
        <testcase classname="One" name="waits"><skipped message="not here"/></testcase>
      </testsuite>
      """;

  private final Path root;

  ScriptTest(@TempDir Path root) {
    this.root = root;
  }

  @BeforeEach
  void makeCheckout() throws Exception {
    for (String file :
        List.of(
            "chroniclesync",
            "runtime/src/build/TestRun.java",
            "runtime/src/main/dist/bin/chroniclesync")) {
      Path copy = root.resolve(file);
      Files.createDirectories(copy.getParent());
      Files.copy(Path.of("..", file).toRealPath(), copy);
    }
    write(".ci/libraries", "");
    write("report.xml", REPORT);
    for (String module :
        List.of(
            "", "bom/", "bundles/", "bundles/core/", "runtime/", "testkits/history/", "docs/")) {
      write(module + "pom.xml", "<project/>");
    }
    write(".mvn/jvm.config", "");
    write("LICENSE", "");
    write("NOTICE", "");
    write("bundles/core/src/main/One", "one");
    write("bundles/core/src/main/Two", "two");
    write("bundles/core/src/test/OneTest", "test");
    write(".gitignore", "target/\n/tools/\n/calls\n/half\n/wait\n");
    write("tools/mvn", MAVEN);
    Files.setPosixFilePermissions(
        root.resolve("tools/mvn"), PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void whatIsBuiltIsNotBuiltAgain() throws Exception {
    assertThat(builds()).isTrue();
    assertThat(builds()).isFalse();
  }

  @Test
  void aProgramThatReadsWhereTheArchivesAreReadsNothingElse() throws Exception {
    write("tools/mvn", MAVEN.replace("bash\n", "bash\nprintf '\\033[0m'\n"));

    Process dist =
        builder("dist")
            .directory(root.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    List<String> archives = dist.inputReader(UTF_8).lines().toList();

    assertThat(dist.waitFor()).isZero();
    assertThat(archives).hasSize(3).allSatisfy(archive -> assertThat(Path.of(archive)).exists());
  }

  @Test
  void aChangedSourceIsBuilt() throws Exception {
    builds();
    write("bundles/core/src/main/One", "another");
    assertThat(builds()).isTrue();
  }

  @Test
  void aDeletedSourceIsBuilt() throws Exception {
    builds();
    Files.delete(root.resolve("bundles/core/src/main/Two"));
    assertThat(builds()).isTrue();
  }

  @Test
  void anotherTimeStampAloneIsNot() throws Exception {
    builds();
    Files.setLastModifiedTime(
        root.resolve("bundles/core/src/main/One"),
        FileTime.fromMillis(System.currentTimeMillis() + 86_400_000));
    assertThat(builds()).isFalse();
  }

  @Test
  void aTestIsNotPartOfTheDistribution() throws Exception {
    builds();
    write("bundles/core/src/test/OneTest", "another");
    assertThat(builds()).isFalse();
  }

  @Test
  void aTestRunOfAllModulesBuilds() throws Exception {
    assertThat(script("test")).contains("skipped: One.waits", "2 passed, 0 failed, 1 skipped");
    assertThat(builds()).isFalse();
  }

  @Test
  void aTestRunOfSomeModulesDoesNot() throws Exception {
    builds();
    write("bundles/core/src/main/One", "another");
    script("test", "-pl", "bundles/core");
    assertThat(builds()).isTrue();
  }

  @Test
  void aTestRunThatSkippedTheDistributionDoesNot() throws Exception {
    builds();
    write("bundles/core/src/main/One", "another");
    write("skip-runtime", "");
    write("fail", "");
    script("test");
    Files.delete(root.resolve("skip-runtime"));
    Files.delete(root.resolve("fail"));
    assertThat(builds()).isTrue();
  }

  @Test
  void aTestRunThatFailedAfterTheDistributionBuilds() throws Exception {
    write("fail", "");
    script("test");
    Files.delete(root.resolve("fail"));
    assertThat(builds()).isFalse();
  }

  @Test
  void whatMavenAloneBuildsIsNotInTheWay() throws Exception {
    builds();
    write("runtime/target/dist/bundles", "by Maven alone");
    assertThat(builds()).isFalse();
    assertThat(script("discovery")).isEqualTo("ran discovery, onetwo\n");
  }

  @Test
  void ofTwoCallsAtOnceOneBuilds() throws Exception {
    write("wait", "");
    Process first = start("discovery");
    Awaitility.await().atMost(PATIENCE).until(() -> Files.exists(root.resolve("half")));
    Process second = start("discovery");
    second.getOutputStream().close();
    BufferedReader said = second.inputReader(UTF_8);
    assertThat(said.readLine())
        .isEqualTo("Another call builds in this checkout. Waiting for it to end ...");
    Files.delete(root.resolve("wait"));
    assertThat(said.readLine()).isEqualTo("ran discovery, onetwo");
    assertThat(second.waitFor()).isZero();
    first.getOutputStream().close();
    assertThat(first.waitFor()).isZero();
    assertThat(calls()).hasSize(1);
  }

  @Test
  void ofTwoCallsAtOnceOneBuildsWithoutTheProgramFlock() throws Exception {
    Path script = root.resolve("chroniclesync");
    Files.writeString(
        script, Files.readString(script).replace("command -v flock", "command -v no-flock"));
    assumeThat(programs()).as("perl is installed").contains("perl");
    ofTwoCallsAtOnceOneBuilds();
    aRunningProcessKeepsItsBuild();
  }

  @Test
  void aBuildThatIsKilledLeavesNothingToTripOver() throws Exception {
    write("wait", "");
    Process killed = start("dist");
    Awaitility.await().atMost(PATIENCE).until(() -> Files.exists(root.resolve("half")));
    killed.descendants().forEach(ProcessHandle::destroyForcibly);
    killed.destroyForcibly().waitFor();
    Files.delete(root.resolve("wait"));
    // Neither what Maven has begun nor a copy that was begun counts.
    write("runtime/target/builds/.new/dist/half", "");

    assertThat(builds()).isTrue();
    assertThat(script("discovery")).isEqualTo("ran discovery, onetwo\n");
    assertThat(root.resolve("runtime/target/builds").toFile().list()).hasSize(1);
  }

  @Test
  void aBuildThatCannotBeCopiedIsNotKept() throws Exception {
    write("tools/cp", "#!/bin/sh\nmkdir -p \"$6/dist\"; exit 1\n");
    Path cp = root.resolve("tools/cp");
    Files.setPosixFilePermissions(cp, PosixFilePermissions.fromString("rwx------"));
    assertThat(script("discovery")).contains("The build cannot be kept").doesNotContain("ran");
    Files.delete(cp);
    assertThat(builds()).isTrue();
  }

  @Test
  void aRunningProcessKeepsItsBuild() throws Exception {
    write("bundles/core/src/main/One", "one");
    Process running = start("discovery");
    BufferedReader said = running.inputReader(UTF_8);
    Awaitility.await().atMost(PATIENCE).until(() -> said.readLine().startsWith("ran"));
    write("bundles/core/src/main/One", "another");
    assertThat(builds()).isTrue();
    assertThat(root.resolve("runtime/target/builds").toFile().list()).hasSize(2);

    running.getOutputStream().close();
    assertThat(running.waitFor()).isZero();
    write("bundles/core/src/main/One", "a third");
    assertThat(builds()).isTrue();
    assertThat(root.resolve("runtime/target/builds").toFile().list()).hasSize(1);
  }

  @Test
  void whatTalksToARunningNodeNeverBuilds() throws Exception {
    assertThat(script("shell", "-c", "status")).contains("./chroniclesync dist");
    builds();
    write("bundles/core/src/main/One", "another");
    Files.delete(root.resolve("calls"));

    assertThat(script("shell", "-c", "status")).isEqualTo("ran shell -c status, onetwo\n");
    assertThat(script("mnemonic")).isEqualTo("ran mnemonic, onetwo\n");
    assertThat(calls()).isEmpty();
  }

  @Test
  void aSourceThatChangesDuringTheBuildIsBuiltAgain() throws Exception {
    write("wait", "");
    Process building = start("discovery");
    building.getOutputStream().close();
    Awaitility.await().atMost(PATIENCE).until(() -> Files.exists(root.resolve("half")));
    write("bundles/core/src/main/One", "another");
    Files.delete(root.resolve("wait"));

    assertThat(building.inputReader(UTF_8).lines()).last().isEqualTo("ran discovery, anothertwo");
    assertThat(calls()).hasSize(2);
  }

  @Test
  void helpNamesEachCommand() throws Exception {
    String help = script("help");
    for (String command :
        List.of("demo", "start", "discovery", "shell", "mnemonic", "test", "soak", "bench")) {
      assertThat(help).containsOnlyOnce("\n  " + command + "  ");
    }
    assertThat(help).startsWith("Usage: ./chroniclesync COMMAND").contains("\n  help ");
    assertThat(script("nonsense"))
        .startsWith("Nothing is built in this checkout.")
        .contains("./chroniclesync help");
  }

  @Test
  void theSlowestModulesAreListed() throws Exception {
    assertThat(script("test")).containsSubsequence("123.0 s  Slow", "1.5 s  Quick");
  }

  @Test
  void changedModulesAreTestedWithTheirDependents() throws Exception {
    makeRepository();
    write("bundles/core/src/main/One", "another");
    Files.delete(root.resolve("bundles/core/src/main/Two"));
    write("docs/new.md", "not yet added");
    write("README.md", "belongs to no module");

    script("test", "--changed", "HEAD", "-Dtest=OneTest");

    assertThat(calls()).hasSize(2);
    assertThat(calls().get(0)).contains("-Dmaven.test.skip=true").endsWith(" install");
    assertThat(calls().get(1)).endsWith("verify -pl bundles/core,docs -amd -Dtest=OneTest");
  }

  @Test
  void changesSinceTheBaseCountWhetherCommittedOrNot() throws Exception {
    makeRepository();
    git("branch", "base");
    write("bundles/core/src/main/One", "another");
    commit();
    write("chroniclesync-notes/deep/file", "belongs to no module");
    write("bundles/new/src/main/Three", "of a module that is missing still");

    script("test", "--changed", "base");

    assertThat(calls().get(1)).endsWith("verify -pl bundles,bundles/core -amd");
  }

  @Test
  void aChangeOfTheRootPomTestsEverything() throws Exception {
    makeRepository();
    write("pom.xml", "<project><name/></project>");
    write("docs/new.md", "new");

    script("test", "--changed");

    assertThat(calls()).hasSize(1).first().asString().endsWith("verify");
  }

  @Test
  void withoutAChangeNothingIsTested() throws Exception {
    makeRepository();
    assertThat(script("test", "--changed")).contains("No module has changed");
    assertThat(calls()).isEmpty();
  }

  @Test
  void anUnknownBaseIsNamed() throws Exception {
    makeRepository();
    assertThat(script("test", "--changed", "no-such-branch")).contains("no commit no-such-branch");
    assertThat(calls()).isEmpty();
  }

  /** Asks for the archives, and tells whether they had to be built. */
  private boolean builds() throws Exception {
    Files.deleteIfExists(root.resolve("calls"));
    script("dist");
    return !calls().isEmpty();
  }

  private List<String> calls() throws IOException {
    Path calls = root.resolve("calls");
    return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
  }

  private String script(String... words) throws Exception {
    return output(builder(words));
  }

  private Process start(String... words) throws IOException {
    return builder(words).directory(root.toFile()).redirectErrorStream(true).start();
  }

  private ProcessBuilder builder(String... words) {
    ProcessBuilder builder = new ProcessBuilder("bash", root.resolve("chroniclesync").toString());
    builder.command().addAll(List.of(words));
    Map<String, String> environment = builder.environment();
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("PATH", root.resolve("tools") + ":" + environment.get("PATH"));
    return builder;
  }

  private void makeRepository() throws Exception {
    assumeThat(programs()).as("git is installed").contains("git");
    git("init", "-q");
    commit();
  }

  private static Set<String> programs() {
    return Arrays.stream(System.getenv("PATH").split(":"))
        .map(folder -> Path.of(folder).toFile().list())
        .filter(Objects::nonNull)
        .flatMap(Arrays::stream)
        .collect(Collectors.toSet());
  }

  private void git(String... words) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder("git", "-c", "user.name=test", "-c", "user.email=test@example.org");
    builder.command().addAll(List.of(words));
    output(builder);
  }

  private void commit() throws Exception {
    git("add", "-A");
    git("commit", "-q", "-m", "all");
  }

  private String output(ProcessBuilder builder) throws Exception {
    builder.environment().keySet().removeIf(name -> name.startsWith("GIT_"));
    Process process = builder.directory(root.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    process.waitFor();
    return output;
  }

  private void write(String name, String content) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }
}
