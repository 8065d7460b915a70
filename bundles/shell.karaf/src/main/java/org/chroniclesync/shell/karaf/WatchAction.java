// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell.karaf;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.chroniclesync.api.sync.DeviceNames;
import org.chroniclesync.api.sync.History;
import org.chroniclesync.api.sync.Node;
import org.chroniclesync.support.commands.Help;
import org.chroniclesync.support.commands.Lines;
import org.chroniclesync.support.commands.WatchCommand;
import org.jspecify.annotations.Nullable;

/** Shows visits and states as they come. */
@Service
@Command(scope = Help.SCOPE, name = "watch", description = Help.WATCH)
public final class WatchAction extends PrintingAction {
  @Reference(optional = true)
  private @Nullable Node node;

  @Reference(optional = true)
  private @Nullable History history;

  @Reference(optional = true)
  private @Nullable DeviceNames names;

  @Option(name = Help.NDJSON_OPTION, description = Help.NDJSON)
  private boolean ndjson;

  @Override
  String answer() throws InterruptedException {
    return WatchCommand.watch(node, history, names, ndjson, new Lines(System.out, System.err));
  }
}
