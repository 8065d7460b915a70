// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.crypto.bouncycastle;

import java.nio.file.Path;
import java.util.Map;
import org.chroniclesync.testkits.configuration.ConfigurationContract;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest extends ConfigurationContract<Config> {
  private Path folder;

  @BeforeEach
  void anAccount(@TempDir Path made) {
    folder = made;
    new AccountDirectory(folder)
        .write(AccountIdentity.MNEMONIC, ("abandon ".repeat(23) + "art").toCharArray());
  }

  ConfigurationTest() {
    super(Config.class);
  }

  @Override
  protected void activate(Config configuration) {
    new AccountIdentity(configuration).wipe();
  }

  @Override
  protected Map<String, Object> mandatory() {
    return Map.of("accountDirectory", folder.toString());
  }
}
