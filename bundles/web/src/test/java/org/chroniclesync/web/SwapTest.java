// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.osgi.framework.Bundle;

/** One part takes the place of another, and not before it is there. */
@Timeout(600)
class SwapTest {
  private final TestServer server;
  private final List<String> events = new ArrayList<>();
  private final List<String> said = new ArrayList<>();

  SwapTest() throws Exception {
    server = new TestServer();
  }

  /** A bundle that says when it is started and stopped. */
  private final class Fake implements Swap.Part {
    private final String name;
    private final Set<String> fills = new TreeSet<>();
    private final Bundle bundle;

    Fake(String name, Runnable whenStarted) {
      this.name = name;
      bundle =
          (Bundle)
              Proxy.newProxyInstance(
                  SwapTest.class.getClassLoader(),
                  new Class<?>[] {Bundle.class},
                  (proxy, method, arguments) -> {
                    events.add(method.getName() + " " + name);
                    if (method.getName().equals("start")) {
                      whenStarted.run();
                    }
                    return null;
                  });
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Bundle bundle() {
      return bundle;
    }

    @Override
    public Set<String> fills() {
      events.add("look " + name);
      if (events.size() > 3) {
        fills.add("transport");
      }
      return fills;
    }

    @Override
    public Set<String> storageTypes() {
      return Set.of(name.substring(name.lastIndexOf('.') + 1));
    }
  }

  @Test
  void theOneStopsWhenTheOtherIsThere() throws Exception {
    Fake before = new Fake("one", () -> {});
    Fake after = new Fake("other", () -> {});
    Swap swap =
        Swap.of(server.services, before, Set.of("transport"), after, Set.of("sync", "transport"));
    Works.Result result = swap.run(progress -> said.add(progress.sentence()));
    assertThat(events)
        .containsExactly("start other", "look other", "look other", "look other", "stop one");
    assertThat(said).containsExactly("other is there.");
    assertThat(result.sentence()).isEqualTo("other does the work of one now.");
    server.close();
  }

  @Test
  void aStorageThatIsInUseTakesThePlace() throws Exception {
    Fake before = new Fake("org.chroniclesync.storage.sqlite", () -> {});
    Fake after = new Fake("org.chroniclesync.storage.memory", () -> {});
    Swap.of(server.services, before, Set.of("storage"), after, Set.of("storage"))
        .run(progress -> said.add(progress.sentence()));
    assertThat(events)
        .containsExactly(
            "start org.chroniclesync.storage.memory", "stop org.chroniclesync.storage.sqlite");
    server.close();
  }

  @Test
  void whoDoesSomethingElseTakesNoPlace() {
    Fake before = new Fake("one", () -> {});
    Fake after = new Fake("other", () -> {});
    assertThatThrownBy(
            () -> Swap.of(server.services, before, Set.of("transport"), after, Set.of("discovery")))
        .isInstanceOf(Problem.class);
    assertThatThrownBy(
            () -> Swap.of(server.services, before, Set.of("crypto"), after, Set.of("crypto")))
        .isInstanceOf(Problem.class);
    assertThatThrownBy(
            () -> Swap.of(server.services, before, Set.of("storage"), before, Set.of("storage")))
        .isInstanceOf(Problem.class);
    assertThat(events).isEmpty();
    server.close();
  }
}
