// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * When the script {@code chroniclesync} builds, and which modules it tests. It runs in a small
 * checkout; in place of Maven, which would build for minutes, stands a program that writes down how
 * it was called and makes a "distribution" out of the sources that it finds.
 */
@DisabledOnOs(OS.WINDOWS)
class ScriptTest {
  private static final String MAVEN =
      """
      #!/usr/bin/env bash
      echo "$*" >> calls
      [[ $* == *"-pl runtime"* || $* != *-pl* ]] && [[ ! -e skip-runtime ]] && {
        mkdir -p runtime/target/dist
        cat bundles/*/src/main/* | cksum > runtime/target/dist/BUILD
      }
      [[ $* == *verify* ]] && {
        mkdir -p bundles/core/target/surefire-reports
        echo '<testsuite tests="2" failures="0" errors="0" skipped="0">' \
          > bundles/core/target/surefire-reports/TEST-a.xml
        echo "[INFO] Quick ........................... SUCCESS [  1.500 s]"
        echo "[INFO] Slow ............................ SUCCESS [02:03 min]"
      }
      [[ ! -e fail ]]
      """;

  private final Path root;

  ScriptTest(@TempDir Path root) {
    this.root = root;
  }

  @BeforeEach
  void makeCheckout() throws Exception {
    Files.copy(Path.of("..", "chroniclesync").toRealPath(), root.resolve("chroniclesync"));
    for (String module :
        List.of("", "bundles/", "bundles/core/", "runtime/", "testkits/history/", "docs/")) {
      write(module + "pom.xml", "<project/>");
    }
    write(".mvn/jvm.config", "");
    write("bundles/core/src/main/One", "one");
    write("bundles/core/src/main/Two", "two");
    write("bundles/core/src/test/OneTest", "test");
    write(".gitignore", "target/\n/tools/\n/calls\n");
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
    assertThat(script("test")).contains("2 passed, 0 failed, 0 skipped");
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
  void aDistributionThatSomebodyElseBuiltIsBuiltAgain() throws Exception {
    builds();
    write("runtime/target/dist/BUILD", "by Maven alone");
    assertThat(builds()).isTrue();
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
    ProcessBuilder builder = new ProcessBuilder("bash", root.resolve("chroniclesync").toString());
    builder.command().addAll(List.of(words));
    Map<String, String> environment = builder.environment();
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("PATH", root.resolve("tools") + ":" + environment.get("PATH"));
    return output(builder);
  }

  private void makeRepository() throws Exception {
    assumeThat(System.getenv("PATH").split(":"))
        .as("git is installed")
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "git")));
    git("init", "-q");
    commit();
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
