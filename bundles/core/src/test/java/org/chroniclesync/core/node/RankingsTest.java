// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import org.chroniclesync.api.message.MessageHandler;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.core.References;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/** A ranking that takes no effect is said, with what would. */
class RankingsTest {
  @Test
  void aRankingThatIsNoWholeNumberIsReportedAsWhatItIs() {
    Part part =
        parts(HistoryStore.class, Map.of("storage.type", "shelf", "service.ranking", "high"))
            .get(0);

    assertThat(part.kind()).isEqualTo("storage");
    assertThat(part.name()).isEqualTo("shelf");
    assertThat(((Part.Degraded) part.state()).cause()).contains("\"high\"", "counts as 0");
    assertThat(((Part.Degraded) part.state()).remedy()).contains("service.ranking = 10");
  }

  @Test
  void aHandlerIsReportedByItsTypes() {
    Map<String, Object> properties =
        Map.of("message.type", new String[] {"note", "hello"}, "service.ranking", "");

    assertThat(parts(MessageHandler.class, properties))
        .singleElement()
        .satisfies(part -> assertThat(part.name()).isEqualTo("note, hello"));
  }

  @Test
  void aWholeNumberIsNotReported() {
    assertThat(parts(HistoryStore.class, Map.of("service.ranking", "10"))).isEmpty();
    assertThat(parts(HistoryStore.class, Map.of("service.ranking", 10))).isEmpty();
  }

  private static List<Part> parts(Class<?> service, Map<String, Object> properties) {
    ServiceReference<?> reference = References.of(0, properties);
    return new Rankings(
            (BundleContext)
                Proxy.newProxyInstance(
                    BundleContext.class.getClassLoader(),
                    new Class<?>[] {BundleContext.class},
                    (proxy, method, args) -> args[0] == service ? List.of(reference) : List.of()))
        .parts();
  }
}
