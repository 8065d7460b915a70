// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** A store that breaks one rule fails the tests of that rule that can see it, and no others. */
class KitBitesTest {
  /** What only a store that is not durable is asked. */
  private static final String OF_OTHERS = "rule1DurableNotThenEmptyAndUnderANewFeed";

  @ParameterizedTest
  @EnumSource(Flaw.class)
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

  @Test
  void flawBreaksOneRule() {
    for (Flaw flaw : Flaw.values()) {
      Set<String> rules =
          flaw.noticedBy().stream().map(KitBitesTest::rule).collect(Collectors.toSet());
      assertThat(rules).as("%s", flaw).hasSizeLessThanOrEqualTo(1);
    }
  }

  @Test
  void everyTestOfTheKitNoticesAFlaw() {
    Set<String> biting =
        Arrays.stream(Flaw.values())
            .flatMap(flaw -> flaw.noticedBy().stream())
            .collect(Collectors.toCollection(TreeSet::new));
    biting.add(OF_OTHERS);
    assertThat(biting).isEqualTo(tests());
  }

  @Test
  void everyRuleHasTests() {
    Set<String> rules = tests().stream().map(KitBitesTest::rule).collect(Collectors.toSet());
    Set<String> numbered = new HashSet<>();
    for (int rule = 1; rule <= 16; rule++) {
      numbered.add("rule" + rule);
    }
    assertThat(rules).isEqualTo(numbered);
  }

  private static String rule(String test) {
    return test.replaceFirst("^(rule\\d+).*", "$1");
  }

  private static Set<String> tests() {
    return Arrays.stream(HistoryStoreContract.class.getDeclaredMethods())
        .filter(m -> m.isAnnotationPresent(Test.class) || m.isAnnotationPresent(RepeatedTest.class))
        .map(Method::getName)
        .collect(Collectors.toCollection(TreeSet::new));
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
              .filter(MethodSource.class::isInstance)
              .map(source -> ((MethodSource) source).getMethodName())
              .orElse(test.getDisplayName());
      switch (result.getStatus()) {
        case FAILED -> failed.put(name, result.getThrowable().orElseThrow());
        case ABORTED -> aborted.add(name);
        case SUCCESSFUL -> passed.add(name);
      }
    }
  }
}
