// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell.karaf;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.chroniclesync.support.commands.Help;
import org.chroniclesync.support.commands.NodeCommands;
import org.chroniclesync.support.services.CommandServices;

/** Retries waiting connections. */
@Service
@Command(scope = Help.SCOPE, name = "sync", description = Help.SYNC)
public final class SyncCommand extends PrintingAction {
  @Override
  String answer(CommandServices services) {
    return NodeCommands.sync(services.node());
  }
}
