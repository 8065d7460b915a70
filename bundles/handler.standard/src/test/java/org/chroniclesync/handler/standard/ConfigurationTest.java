// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.handler.standard;

import org.chroniclesync.testkits.configuration.ConfigurationContract;

class ConfigurationTest extends ConfigurationContract<DeviceNamesHandler.Config> {
  ConfigurationTest() {
    super(DeviceNamesHandler.Config.class);
  }

  @Override
  protected void activate(DeviceNamesHandler.Config configuration) {
    Computer.of(configuration);
  }
}
