// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.account;

import static org.assertj.core.api.Assertions.assertThat;

import org.chroniclesync.testkits.configuration.ConfigurationContract;

class ConfigurationTest extends ConfigurationContract<Config> {
  ConfigurationTest() {
    super(Config.class);
  }

  @Override
  protected void activate(Config configuration) {
    assertThat(configuration.use()).as("unless it is switched off").isTrue();
  }
}
