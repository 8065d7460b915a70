// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.memory;

import org.chroniclesync.testkits.configuration.ConfigurationContract;

class ConfigurationTest extends ConfigurationContract<MemoryConfig> {
  ConfigurationTest() {
    super(MemoryConfig.class);
  }

  @Override
  protected void activate(MemoryConfig configuration) {
    new MemoryHistoryStore(configuration).close();
  }
}
