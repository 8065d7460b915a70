// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell.karaf;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.chroniclesync.support.commands.DeletionCommands;
import org.chroniclesync.support.commands.Help;
import org.chroniclesync.support.services.CommandServices;

/** Lists the deletions of this device. */
@Service
@Command(scope = Help.SCOPE, name = "deletions", description = Help.DELETIONS)
public final class DeletionsCommand extends PrintingAction {
  @Option(name = Help.JSON_OPTION, description = Help.JSON)
  private boolean json;

  @Override
  String answer(CommandServices services) throws InterruptedException {
    return DeletionCommands.of(services.node(), services.history(), services.names(), System.err)
        .deletions(json);
  }
}
