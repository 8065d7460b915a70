// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.account;

import java.util.List;
import java.util.Set;
import org.chroniclesync.testkits.handler.MessageHandlerContract;

class SettingsHandlerTest extends MessageHandlerContract {
  @Override
  protected Provided provide() throws Exception {
    SettingsHandler handler = new SettingsHandler();
    AccountSettings settings = new AccountSettings(new StoredHistory(), handler);
    settings.put("rule/1", "host example.org");
    settings.start();
    return new Provided(
        handler,
        Set.of(SettingsMessage.TYPE),
        List.of(
            new SettingsMessage.Known("another").payload(),
            new SettingsMessage.Asked("").payload(),
            new SettingsMessage.Told(List.of(new Setting("rule/1", 0, "older")), false).payload()));
  }
}
