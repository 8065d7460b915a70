// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.lang.reflect.Method;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** The kit catches each broken discovery by the rule that it breaks, and lets a good one pass. */
class KitBitesTest {
  private static final String PATIENCE = "chroniclesync.kit.patienceSeconds";
  private static Fault fault = Fault.NONE;

  @AfterEach
  void mend() {
    fault = Fault.NONE;
    System.clearProperty(PATIENCE);
  }

  /** Run by the test below only. */
  static final class OfMemory extends RoomContract {
    private final MemoryDiscovery.Rooms rooms = new MemoryDiscovery.Rooms();

    @Override
    protected Provided provide() {
      MemoryDiscovery discovery = new MemoryDiscovery(rooms, fault);
      return new Provided(discovery, discovery);
    }
  }

  @Test
  void letsAGoodOnePass() {
    Events tests = run(Fault.NONE, selectClass(OfMemory.class));
    assertThat(tests.started().count()).isEqualTo(18);
    assertThat(names(tests.failed())).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void catchesTheFault(Fault kind) {
    List<Method> rule = rule(kind.rule);
    Events tests =
        run(
            kind,
            rule.stream()
                .map(method -> selectMethod(OfMemory.class, method))
                .toArray(DiscoverySelector[]::new));
    assertThat(tests.started().count()).isEqualTo(rule.size()).isPositive();
    assertThat(names(tests.failed())).isNotEmpty();
  }

  private static Events run(Fault kind, DiscoverySelector... selectors) {
    fault = kind;
    if (kind != Fault.NONE) {
      System.setProperty(PATIENCE, "3"); // what never comes need not be waited for long
    }
    return EngineTestKit.engine("junit-jupiter").selectors(selectors).execute().testEvents();
  }

  private static List<String> names(Events events) {
    return events.stream().map(event -> event.getTestDescriptor().getDisplayName()).toList();
  }

  private static List<Method> rule(int number) {
    return Stream.of(RoomContract.class, DiscoveryContract.class)
        .flatMap(type -> Stream.of(type.getDeclaredMethods()))
        .filter(method -> method.getName().matches("rule%02d[A-Z].*".formatted(number)))
        .toList();
  }
}
