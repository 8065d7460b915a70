// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import org.chroniclesync.testkits.configuration.ConfigurationContract;

class ConfigurationTest extends ConfigurationContract<BrowserImporter.Config> {
  ConfigurationTest() {
    super(BrowserImporter.Config.class);
  }

  @Override
  protected void activate(BrowserImporter.Config configuration) {
    Settings.of(configuration);
  }
}
