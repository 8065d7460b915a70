// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import java.nio.charset.StandardCharsets;
import org.chroniclesync.account.AccountSettings;
import org.chroniclesync.account.PauseKeeper;
import org.chroniclesync.account.RuleKeeper;
import org.chroniclesync.account.SettingsHandler;
import org.chroniclesync.api.sync.History;

/** What the owner of a history lets the importer do: the real rules and pauses, in that history. */
final class Consents {
  private Consents() {}

  static Consent of(History history) {
    AccountSettings settings = new AccountSettings(history, new SettingsHandler());
    return new Consent(
        RuleKeeper.namedBy(
            (purpose, text) -> text.getBytes(StandardCharsets.UTF_8), history, settings),
        new PauseKeeper(history));
  }
}
