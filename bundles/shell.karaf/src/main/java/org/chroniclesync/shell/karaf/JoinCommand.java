// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell.karaf;

import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.chroniclesync.support.commands.AccountCommands;
import org.chroniclesync.support.commands.Help;
import org.chroniclesync.support.services.CommandServices;

/** Takes this device into another account. */
@Service
@Command(scope = Help.SCOPE, name = "join", description = Help.JOIN)
public final class JoinCommand extends PrintingAction {
  @Option(name = Help.WORDS_FILE_OPTION, description = Help.WORDS_FILE)
  private String file = "";

  @Argument(name = "code", description = Help.CODE, multiValued = true)
  private List<String> code = List.of();

  @Override
  String answer(CommandServices services) throws InterruptedException {
    return AccountCommands.join(services.pairing(), services.words(), file, code, System.err);
  }
}
