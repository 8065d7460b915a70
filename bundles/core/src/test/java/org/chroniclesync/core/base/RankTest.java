// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.chroniclesync.api.transport.Transport;
import org.chroniclesync.core.References;
import org.chroniclesync.core.peer.Transports;
import org.chroniclesync.testkits.network.MemoryNetwork;
import org.junit.jupiter.api.Test;
import org.osgi.framework.ServiceReference;

/** A ranking takes effect as a number, and as the text that a .cfg file makes of it. */
class RankTest {
  @Test
  void aRankingMayBeANumberOrAText() {
    assertThat(ranking(10)).isEqualTo(10);
    assertThat(ranking("10")).isEqualTo(10);
    assertThat(ranking(" -7 ")).isEqualTo(-7);
    assertThat(ranking(10L)).isEqualTo(10);
  }

  @Test
  void whatIsNoWholeNumberCountsAsNothing() {
    for (Object wrong : new Object[] {"high", "", "1.5", "99999999999", 1.5}) {
      ServiceReference<Object> reference = reference(wrong);

      assertThat(Rank.readRanking(reference)).as("of %s", wrong).isNull();
      assertThat(Rank.of(reference).ranking()).isZero();
    }
  }

  @Test
  void amongEqualsTheFirstIsPreferred() {
    Rank first = Rank.of(reference("5"));
    Rank second = Rank.of(reference(5));

    assertThat(first).isGreaterThan(second).isLessThan(Rank.of(reference("6")));
  }

  @Test
  void theServiceWithTheHigherTextIsLent() {
    LeasedService<String> services = new LeasedService<>();
    ServiceReference<Object> tenth = reference("10");
    services.add(reference(9), "nine");
    services.add(tenth, "ten");
    services.add(reference(-100), "the last");
    services.lendBest();

    assertThat(services.all()).containsExactly("ten", "nine", "the last");
    assertThat(services.remove(tenth, Duration.ZERO)).isTrue();
    assertThat(services.all()).containsExactly("nine", "the last");
  }

  @Test
  void theTransportWithTheHigherTextIsTriedFirst() {
    Transports transports = new Transports();
    ServiceReference<Transport> preferred = transport("preferred", "101");
    try (MemoryNetwork network = new MemoryNetwork(1)) {
      transports.add(transport("usual", 100), network::transport);
      transports.add(preferred, network::transport);

      assertThat(transports.bestFirst())
          .extracting(Transports.Named::name)
          .containsExactly("preferred", "usual");
      assertThat(transports.remove(preferred)).isNotNull();
      assertThat(transports.remove(preferred)).isNull();
      assertThat(transports.bestFirst())
          .extracting(Transports.Named::name)
          .containsExactly("usual");
    }
  }

  private static Integer ranking(Object ranking) {
    return Rank.of(reference(ranking)).ranking();
  }

  private static ServiceReference<Object> reference(Object ranking) {
    return References.of(0, Map.of("service.ranking", ranking));
  }

  private static ServiceReference<Transport> transport(String name, Object ranking) {
    return References.of(0, Map.of(Transport.NAME_PROPERTY, name, "service.ranking", ranking));
  }
}
