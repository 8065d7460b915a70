// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.sync.SharedServices;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceListTest {
  private final StoredHistory history = new StoredHistory();
  private final AccountSettings settings = new AccountSettings(history, new SettingsHandler());
  private final ServiceList services = new ServiceList(settings);

  private List<String> urls() throws Exception {
    return services.all().stream().map(SharedServices.Shared::url).toList();
  }

  @Test
  void aServiceHasAPriorityThatCanBeChanged() throws Exception {
    assertThat(services.add("wss://second.example/", 2)).isTrue();
    assertThat(services.add("wss://zoo.example/", 0)).isTrue();
    assertThat(services.all())
        .containsExactly(
            new SharedServices.Shared("wss://zoo.example/", 0),
            new SharedServices.Shared("wss://second.example/", 2));

    assertThat(services.add("wss://second.example/", 2)).isFalse();
    assertThat(services.add("wss://second.example/", 0)).isTrue();
    assertThat(services.add("wss://zoo.example/", SharedServices.MAX_PRIORITY)).isTrue();
    assertThat(services.all())
        .containsExactly(
            new SharedServices.Shared("wss://second.example/", 0),
            new SharedServices.Shared("wss://zoo.example/", 100));

    services.remove("wss://zoo.example/");
    services.add("wss://zoo.example/", 0);
    assertThat(services.all()).contains(new SharedServices.Shared("wss://zoo.example/", 0));
  }

  /** The URL stays where devices of before look for it, and is all that is there. */
  @Test
  void aDeviceThatKnowsNoPrioritiesFindsTheServiceAllTheSame() throws Exception {
    services.add("wss://second.example/", 2);

    assertThat(settings.all("discovery/").values()).containsExactly("wss://second.example/");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-1", "101", "1000", "02", "two", "1 "})
  void aPriorityThatIsNoneCountsAsNone(String text) throws Exception {
    settings.put("discovery/1", "wss://one.example/");
    settings.put("priority/1", text);

    assertThat(services.all()).containsExactly(new SharedServices.Shared("wss://one.example/", 0));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 101})
  void aPriorityOutOfBoundsIsRefused(int priority) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> services.add("wss://one.example/", priority))
        .withMessageContaining("from 0 to 100");
  }

  @Test
  void aServiceIsOneHoweverItIsWritten() throws Exception {
    assertThat(services.add("WSS://Discovery.Example.org", 0)).isTrue();
    assertThat(services.add("wss://discovery.example.org/", 0)).isFalse();
    assertThat(services.add("ws://other.example:8080/room", 0)).isTrue();

    assertThat(urls())
        .containsExactly("ws://other.example:8080/room", "wss://discovery.example.org/");

    assertThat(services.remove("wss://DISCOVERY.example.org/")).isTrue();
    assertThat(services.remove("wss://discovery.example.org/")).isFalse();
    assertThat(urls()).containsExactly("ws://other.example:8080/room");
  }

  /** Two devices may share the same service at the same time, each under a key of its own. */
  @Test
  void aServiceThatIsThereTwiceIsOneAndGoesAsOne() throws Exception {
    settings.put("discovery/1", "wss://one.example/");
    settings.put("discovery/2", "wss://one.example/");
    settings.put("priority/1", "3");

    assertThat(services.all()).containsExactly(new SharedServices.Shared("wss://one.example/", 0));
    assertThat(services.add("wss://one.example/", 7)).isTrue();
    assertThat(services.all()).containsExactly(new SharedServices.Shared("wss://one.example/", 7));
    assertThat(services.remove("wss://one.example/")).isTrue();
    assertThat(urls()).isEmpty();
  }

  @Test
  void whatOtherDevicesShareIsUsedOnlyIfItIsAUrlOfAService() throws Exception {
    settings.put("discovery/1", "https://one.example/");
    settings.put("discovery/2", "wss://user:word@two.example/");
    settings.put("discovery/3", "wss://three.example/?token=x");
    settings.put("discovery/4", "wss://four.example/");

    assertThat(urls()).containsExactly("wss://four.example/");
  }

  @Test
  void ofTooManyTheFirstAreUsedAndNoneIsAdded() throws Exception {
    for (int i = 0; i < SharedServices.MAX_SERVICES + 3; i++) {
      settings.put("discovery/" + i, "wss://host%02d.example/".formatted(i));
    }

    assertThat(urls()).hasSize(SharedServices.MAX_SERVICES).contains("wss://host00.example/");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> services.add("wss://one.more.example/", 0))
        .withMessageContaining("remove some first");
  }

  @Test
  void whatIsRemovedLeavesNothingOfItsName() throws Exception {
    services.add("wss://private.example/", 0);
    services.remove("wss://private.example/");

    Map<String, String> marks = history.borrow(HistoryStore::marks);
    assertThat(marks.toString()).contains("discovery/").doesNotContain("private");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "discovery.example.org",
        "https://discovery.example.org/",
        "wss://",
        "wss://u@h/",
        "wss://h/#f",
        "wss://h/?token=1",
        "wss://h:70000/"
      })
  void whatIsNoUrlOfAServiceIsRefused(String url) throws Exception {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> services.add(url, 0))
        .withMessageContaining("wss://discovery.example.org/");
    assertThat(urls()).isEqualTo(List.of());
  }
}
