// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.websocket;

import java.util.Map;
import org.chroniclesync.testkits.configuration.ConfigurationContract;

class ConfigurationTest extends ConfigurationContract<Config> {
  ConfigurationTest() {
    super(Config.class);
  }

  @Override
  protected void activate(Config configuration) {
    Settings.of(configuration);
  }

  @Override
  protected Map<String, Object> mandatory() {
    return Map.of("url", "ws://127.0.0.1:1/");
  }
}
