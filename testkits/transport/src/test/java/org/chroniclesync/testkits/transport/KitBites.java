// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.io.IOException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/** Runs the kit with a bad transport. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class KitBites {
  private static final int PARTS = 3;

  private static volatile Flaw flaw = Flaw.NONE;

  /** What a flaw makes hang, hangs no longer than this; a good transport may take its time. */
  private static Duration patience() {
    return flaw == Flaw.NONE ? Duration.ofSeconds(60) : Duration.ofSeconds(3);
  }

  static final class BrokenLinks extends LinkContract {
    @Override
    protected Running start() throws IOException {
      return running();
    }

    @Override
    protected Duration patience() {
      return KitBites.patience();
    }
  }

  static final class BrokenChannels extends ChannelContract {
    @Override
    protected Running start() throws IOException {
      return running();
    }

    @Override
    protected Duration patience() {
      return KitBites.patience();
    }
  }

  private static TransportKit.Running running() throws IOException {
    MemoryTransport transport = new MemoryTransport(flaw, patience().dividedBy(3));
    STARTED.add(transport);
    return new TransportKit.Running(transport, transport::stop);
  }

  private static final List<MemoryTransport> STARTED = new CopyOnWriteArrayList<>();

  /** Most of the time they wait, so a third of them is tested at a time by a process of its own. */
  abstract int part();

  Stream<Flaw> flaws() {
    List<Flaw> all = Stream.of(Flaw.values()).filter(one -> one != Flaw.NONE).toList();
    return IntStream.range(0, all.size()).filter(i -> i % PARTS == part()).mapToObj(all::get);
  }

  @ParameterizedTest
  @MethodSource("flaws")
  void eachFlawIsSeenByItsRule(Flaw one) throws Exception {
    Class<?> contract = one.seenBy.startsWith("c") ? BrokenChannels.class : BrokenLinks.class;

    assertThat(failures(one, contract, one.seenBy)).containsExactly(one.seenBy);
  }

  /** Runs a contract, or one test of it, and returns the names of the tests that failed. */
  static Set<String> failures(Flaw one, Class<?> contract, String only) throws IOException {
    flaw = one;
    try {
      return EngineTestKit.engine("junit-jupiter")
          .selectors(
              only.isEmpty()
                  ? selectClass(contract)
                  : selectMethod(contract, method(contract, only)))
          .execute()
          .testEvents()
          .failed()
          .map(KitBites::name)
          .collect(Collectors.toCollection(TreeSet::new));
    } finally {
      flaw = Flaw.NONE;
      for (MemoryTransport transport : STARTED) {
        transport.clean();
      }
      STARTED.clear();
    }
  }

  private static Method method(Class<?> contract, String name) {
    return Arrays.stream(contract.getSuperclass().getDeclaredMethods())
        .filter(method -> method.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static String name(Event event) {
    return event
        .getTestDescriptor()
        .getSource()
        .map(
            source ->
                ((org.junit.platform.engine.support.descriptor.MethodSource) source)
                    .getMethodName())
        .orElseThrow();
  }
}
