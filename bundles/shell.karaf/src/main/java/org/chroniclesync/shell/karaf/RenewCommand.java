// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell.karaf;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.chroniclesync.support.commands.AccountCommands;
import org.chroniclesync.support.commands.Help;
import org.chroniclesync.support.services.CommandServices;

/** Gives the account new words. */
@Service
@Command(scope = Help.SCOPE, name = "renew", description = Help.RENEW)
public final class RenewCommand extends PrintingAction {
  @Option(name = Help.YES_OPTION, description = Help.RENEW_YES)
  private boolean yes;

  @Override
  String answer(CommandServices services) {
    return AccountCommands.renew(services.words(), yes);
  }
}
