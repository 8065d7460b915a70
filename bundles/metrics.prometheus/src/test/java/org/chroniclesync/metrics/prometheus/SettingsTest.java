// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.metrics.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.util.Collections;
import org.junit.jupiter.api.Test;

/** The node is known by the names that it was given, and by no other. */
class SettingsTest {
  @Test
  void withoutAConfigurationOnlyThisMachineIsServed() {
    Settings settings = Settings.of(config("127.0.0.1"));

    assertThat(settings.address()).isEqualTo(InetAddress.getLoopbackAddress());
    assertThat(settings.authorities()).isEmpty();
  }

  @Test
  void namesAreAddedAsTheyAreWritten() {
    assertThat(Settings.of(config("FD00::7", "Home.Example:80", "home.example")).authorities())
        .containsExactlyInAnyOrder("home.example:80", "home.example");
  }

  @Test
  void aNameInsteadOfAnAddressIsRefused() {
    assertThatThrownBy(() -> Settings.of(config("localhost")))
        .hasMessage(
            "host of org.chroniclesync.metrics.prometheus is \"localhost\"; it must be an IP address"
                + " of this machine.");
    assertThatThrownBy(() -> Settings.of(config("224.0.0.1"))).hasMessageContaining("host of");
  }

  @Test
  void whatIsNoAuthorityIsRefused() {
    assertThatThrownBy(() -> Settings.of(config("127.0.0.1", "http://home.example/")))
        .hasMessageContaining("authorities of")
        .hasMessageContaining("each value must be HOST or HOST:PORT.");
    String[] many = Collections.nCopies(17, "home").toArray(String[]::new);
    assertThatThrownBy(() -> Settings.of(config("127.0.0.1", many)))
        .hasMessageContaining("authorities of");
  }

  private static Config config(String host, String... authorities) {
    return (Config)
        Proxy.newProxyInstance(
            Config.class.getClassLoader(),
            new Class<?>[] {Config.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "host" -> host;
                  case "port" -> 9464;
                  case "authorities" -> authorities;
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }
}
