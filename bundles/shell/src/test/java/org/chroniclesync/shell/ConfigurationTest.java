// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import java.util.Map;
import org.chroniclesync.testkits.configuration.ConfigurationContract;

class ConfigurationTest extends ConfigurationContract<ControlSocket.Config> {
  ConfigurationTest() {
    super(ControlSocket.Config.class);
  }

  @Override
  protected void activate(ControlSocket.Config configuration) {
    ControlSettings.of(configuration);
  }

  @Override
  protected Map<String, Object> mandatory() {
    return Map.of("controlSocket", "control.sock");
  }
}
