// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.chroniclesync.testkits.configuration.ConfigurationContract;

class ConfigurationTest extends ConfigurationContract<Config> {
  ConfigurationTest() {
    super(Config.class);
  }

  @Override
  protected void activate(Config configuration) {
    Settings settings = new Settings(configuration, Map.of());
    assertThat(settings.troubles()).isEmpty();
  }
}
