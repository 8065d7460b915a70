// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** A store that breaks one rule fails the tests of that rule that can see it, and no others. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class KitBites {
  private static final int PARTS = 3;

  /** Most of the time they wait, so a third of them is tested at a time by a process of its own. */
  abstract int part();

  Stream<Flaw> flaws() {
    List<Flaw> all = List.of(Flaw.values());
    return IntStream.range(0, all.size()).filter(i -> i % PARTS == part()).mapToObj(all::get);
  }

  @ParameterizedTest
  @MethodSource("flaws")
  void flawIsNoticedByTheTestsOfItsRuleOnly(Flaw flaw) {
    assumeTrue(
        flaw != Flaw.WRITES_IN_TWO || Commands.run("strace", "-V"),
        "without strace only luck halts a process between two writes");
    Outcome outcome = run(flaw);
    Set<String> expected = new TreeSet<>(flaw.noticedBy());
    expected.removeAll(outcome.aborted);
    assertThat(outcome.failed.keySet()).as("%s", outcome.failed).isEqualTo(expected);
    assertThat(outcome.passed).hasSizeGreaterThan(20);
  }

  private static Outcome run(Flaw flaw) {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selectClass(FlawedContract.class))
            .configurationParameter(TempDir.DEFAULT_FACTORY_PROPERTY_NAME, InMemory.class.getName())
            .build();
    Outcome outcome = new Outcome();
    System.setProperty(FlawedContract.FLAW, flaw.name());
    try {
      LauncherFactory.create().execute(request, outcome);
    } finally {
      System.clearProperty(FlawedContract.FLAW);
    }
    return outcome;
  }

  /** Where there is a file system in memory, for a store that syncs each merge. */
  static final class InMemory implements TempDirFactory {
    private static final Path MEMORY = Path.of("/dev/shm");

    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context)
        throws IOException {
      return Files.isWritable(MEMORY)
          ? Files.createTempDirectory(MEMORY, "kit")
          : Files.createTempDirectory("kit");
    }
  }

  /** What became of the tests, by name; repetitions count as one. */
  private static final class Outcome implements TestExecutionListener {
    final Map<String, Throwable> failed = new TreeMap<>();
    final Set<String> aborted = new TreeSet<>();
    final Set<String> passed = new TreeSet<>();

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      String name =
          test.getSource()
              .filter(org.junit.platform.engine.support.descriptor.MethodSource.class::isInstance)
              .map(
                  source ->
                      ((org.junit.platform.engine.support.descriptor.MethodSource) source)
                          .getMethodName())
              .orElse(test.getDisplayName());
      switch (result.getStatus()) {
        case FAILED -> failed.put(name, result.getThrowable().orElseThrow());
        case ABORTED -> aborted.add(name);
        case SUCCESSFUL -> passed.add(name);
      }
    }
  }
}
