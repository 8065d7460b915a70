// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell.karaf;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.chroniclesync.support.commands.HandCarriedCommands;
import org.chroniclesync.support.commands.Help;
import org.chroniclesync.support.services.CommandServices;

/** Takes an answer that a person carried back. */
@Service
@Command(scope = Help.SCOPE, name = "accept", description = Help.ACCEPT)
public final class AcceptCommand extends PrintingAction {
  @Argument(name = "text", description = Help.ANSWER_TEXT, required = true)
  private String text = "";

  @Override
  String answer(CommandServices services) {
    return HandCarriedCommands.accept(services.handCarried(), text);
  }
}
