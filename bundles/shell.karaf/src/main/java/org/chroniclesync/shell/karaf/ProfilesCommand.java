// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell.karaf;

import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.chroniclesync.support.commands.Help;
import org.chroniclesync.support.commands.ImporterCommands;
import org.chroniclesync.support.services.CommandServices;

/** Lists the browser profiles. */
@Service
@Command(scope = Help.SCOPE, name = "profiles", description = Help.PROFILES)
public final class ProfilesCommand extends PrintingAction {
  @Option(name = Help.JSON_OPTION, description = Help.JSON)
  private boolean json;

  @Argument(name = "words", description = Help.VANISHED, multiValued = true)
  private List<String> words = List.of();

  @Override
  String answer(CommandServices services) {
    return ImporterCommands.profiles(services.browsers(), json, words);
  }
}
