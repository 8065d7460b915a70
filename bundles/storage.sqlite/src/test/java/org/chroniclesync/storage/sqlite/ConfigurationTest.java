// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.util.Map;
import org.chroniclesync.testkits.configuration.ConfigurationContract;

class ConfigurationTest extends ConfigurationContract<SqliteConfig> {
  ConfigurationTest() {
    super(SqliteConfig.class);
  }

  @Override
  protected void activate(SqliteConfig configuration) {
    Settings.of(configuration);
  }

  @Override
  protected Map<String, Object> mandatory() {
    return Map.of("file", "history.db");
  }
}
