// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import org.chroniclesync.testkits.configuration.ConfigurationContract;

class ConfigurationTest extends ConfigurationContract<Config> {
  ConfigurationTest() {
    super(Config.class);
  }

  @Override
  protected void activate(Config configuration) {
    Limits.of(configuration);
    Limits.metricsPort(configuration);
  }
}
