// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell.karaf;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.chroniclesync.support.commands.Help;
import org.chroniclesync.support.commands.NodeCommands;
import org.chroniclesync.support.services.CommandServices;

/** Fails if a part does not work as it should. */
@Service
@Command(scope = Help.SCOPE, name = "health", description = Help.HEALTH)
public final class HealthCommand extends PrintingAction {
  @Override
  String answer(CommandServices services) throws InterruptedException {
    return NodeCommands.health(() -> services.node(), System.out);
  }
}
