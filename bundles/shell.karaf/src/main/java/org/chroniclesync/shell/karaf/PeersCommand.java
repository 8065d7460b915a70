// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell.karaf;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.chroniclesync.support.commands.Help;
import org.chroniclesync.support.commands.NodeCommands;
import org.chroniclesync.support.services.CommandServices;

/** Lists the other devices. */
@Service
@Command(scope = Help.SCOPE, name = "peers", description = Help.PEERS)
public final class PeersCommand extends PrintingAction {
  @Option(name = Help.JSON_OPTION, description = Help.JSON)
  private boolean json;

  @Option(name = Help.KNOWN_OPTION, description = Help.KNOWN)
  private boolean known;

  @Override
  String answer(CommandServices services) throws InterruptedException {
    return NodeCommands.peers(services.node(), services.names(), json, known);
  }
}
