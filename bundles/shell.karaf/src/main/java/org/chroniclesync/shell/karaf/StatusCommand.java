// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell.karaf;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.chroniclesync.support.commands.Help;
import org.chroniclesync.support.commands.NodeCommands;
import org.chroniclesync.support.services.CommandServices;

/** Shows the state of the node. */
@Service
@Command(scope = Help.SCOPE, name = "status", description = Help.STATUS)
public final class StatusCommand extends PrintingAction {
  @Option(name = Help.JSON_OPTION, description = Help.JSON)
  private boolean json;

  @Override
  String answer(CommandServices services) throws InterruptedException {
    return NodeCommands.status(
        services.node(),
        services.browsers(),
        services.names(),
        services.history(),
        services.page(),
        json);
  }
}
