// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell.karaf;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.chroniclesync.api.importer.BrowserImport;
import org.chroniclesync.api.sync.DeviceNames;
import org.chroniclesync.api.sync.History;
import org.chroniclesync.api.sync.Node;
import org.chroniclesync.support.commands.Help;
import org.chroniclesync.support.commands.NodeCommands;
import org.jspecify.annotations.Nullable;

/** Shows the state of the node. */
@Service
@Command(scope = Help.SCOPE, name = "status", description = Help.STATUS)
public final class StatusCommand extends PrintingAction {
  @Reference(optional = true)
  private @Nullable Node node;

  @Reference(optional = true)
  private @Nullable BrowserImport importer;

  @Reference(optional = true)
  private @Nullable DeviceNames names;

  @Reference(optional = true)
  private @Nullable History history;

  @Option(name = Help.JSON_OPTION, description = Help.JSON)
  private boolean json;

  @Override
  String answer() throws InterruptedException {
    return NodeCommands.status(node, importer, names, history, json);
  }
}
