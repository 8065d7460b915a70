// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell.karaf;

import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.chroniclesync.api.sync.DeviceNames;
import org.chroniclesync.api.sync.History;
import org.chroniclesync.api.sync.Node;
import org.chroniclesync.support.commands.DeletionCommands;
import org.chroniclesync.support.commands.Help;
import org.jspecify.annotations.Nullable;

/** Brings back what a deletion took. */
@Service
@Command(scope = Help.SCOPE, name = "undo", description = Help.UNDO)
public final class UndoCommand extends PrintingAction {
  @Reference(optional = true)
  private @Nullable Node node;

  @Reference(optional = true)
  private @Nullable History history;

  @Reference(optional = true)
  private @Nullable DeviceNames names;

  @Option(name = Help.JSON_OPTION, description = Help.JSON)
  private boolean json;

  @Argument(name = "number", description = Help.NUMBER, multiValued = true)
  private List<String> numbers = List.of();

  @Override
  String answer() throws InterruptedException {
    return DeletionCommands.of(node, history, names, System.err).undo(numbers, json);
  }
}
