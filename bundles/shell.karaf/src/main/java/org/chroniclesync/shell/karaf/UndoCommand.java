// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell.karaf;

import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.chroniclesync.support.commands.DeletionCommands;
import org.chroniclesync.support.commands.Help;
import org.chroniclesync.support.services.CommandServices;

/** Brings back what a deletion took. */
@Service
@Command(scope = Help.SCOPE, name = "undo", description = Help.UNDO)
public final class UndoCommand extends PrintingAction {
  @Option(name = Help.JSON_OPTION, description = Help.JSON)
  private boolean json;

  @Argument(name = "number", description = Help.NUMBER, multiValued = true)
  private List<String> numbers = List.of();

  @Override
  String answer(CommandServices services) throws InterruptedException {
    return DeletionCommands.of(services.node(), services.history(), services.names(), System.err)
        .undo(numbers, json);
  }
}
