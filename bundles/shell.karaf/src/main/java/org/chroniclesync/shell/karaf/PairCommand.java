// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell.karaf;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.chroniclesync.support.commands.AccountCommands;
import org.chroniclesync.support.commands.Help;
import org.chroniclesync.support.services.CommandServices;

/** Shows a code for another device. */
@Service
@Command(scope = Help.SCOPE, name = "pair", description = Help.PAIR)
public final class PairCommand extends PrintingAction {
  @Option(name = Help.SHOW_OPTION, description = Help.PAIR_SHOW)
  private boolean show;

  @Option(name = Help.STOP_OPTION, description = Help.PAIR_STOP)
  private boolean stop;

  @Option(name = Help.JSON_OPTION, description = Help.JSON)
  private boolean json;

  @Override
  String answer(CommandServices services) {
    return AccountCommands.pair(services.pairing(), show, stop, json);
  }
}
