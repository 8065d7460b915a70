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

  @Test
  void aServiceIsOneHoweverItIsWritten() throws Exception {
    assertThat(services.add("WSS://Discovery.Example.org")).isTrue();
    assertThat(services.add("wss://discovery.example.org/")).isFalse();
    assertThat(services.add("ws://other.example:8080/room")).isTrue();

    assertThat(services.all())
        .containsExactly("ws://other.example:8080/room", "wss://discovery.example.org/");

    assertThat(services.remove("wss://DISCOVERY.example.org/")).isTrue();
    assertThat(services.remove("wss://discovery.example.org/")).isFalse();
    assertThat(services.all()).containsExactly("ws://other.example:8080/room");
  }

  /** Two devices may share the same service at the same time, each under a key of its own. */
  @Test
  void aServiceThatIsThereTwiceIsOneAndGoesAsOne() throws Exception {
    settings.put("discovery/1", "wss://one.example/");
    settings.put("discovery/2", "wss://one.example/");

    assertThat(services.all()).containsExactly("wss://one.example/");
    assertThat(services.remove("wss://one.example/")).isTrue();
    assertThat(services.all()).isEmpty();
  }

  @Test
  void whatOtherDevicesShareIsUsedOnlyIfItIsAUrlOfAService() throws Exception {
    settings.put("discovery/1", "https://one.example/");
    settings.put("discovery/2", "wss://user:word@two.example/");
    settings.put("discovery/3", "wss://three.example/?token=x");
    settings.put("discovery/4", "wss://four.example/");

    assertThat(services.all()).containsExactly("wss://four.example/");
  }

  @Test
  void ofTooManyTheFirstAreUsedAndNoneIsAdded() throws Exception {
    for (int i = 0; i < SharedServices.MAX_SERVICES + 3; i++) {
      settings.put("discovery/" + i, "wss://host%02d.example/".formatted(i));
    }

    assertThat(services.all())
        .hasSize(SharedServices.MAX_SERVICES)
        .contains("wss://host00.example/");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> services.add("wss://one.more.example/"))
        .withMessageContaining("remove some first");
  }

  @Test
  void whatIsRemovedLeavesNothingOfItsName() throws Exception {
    services.add("wss://private.example/");
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
        .isThrownBy(() -> services.add(url))
        .withMessageContaining("wss://discovery.example.org/");
    assertThat(services.all()).isEqualTo(List.of());
  }
}
