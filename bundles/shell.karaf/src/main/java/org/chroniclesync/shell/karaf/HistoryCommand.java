// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell.karaf;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.DeviceNames;
import org.chroniclesync.api.sync.History;
import org.chroniclesync.api.sync.Node;
import org.chroniclesync.support.commands.Help;
import org.chroniclesync.support.commands.HistoryCommands;
import org.chroniclesync.support.commands.Lines;
import org.jspecify.annotations.Nullable;

/** Lists the newest visits. */
@Service
@Command(scope = Help.SCOPE, name = "history", description = Help.HISTORY)
public final class HistoryCommand extends PrintingAction {
  @Reference(optional = true)
  private @Nullable Node node;

  @Reference(optional = true)
  private @Nullable History history;

  @Reference(optional = true)
  private @Nullable DeviceNames names;

  @Option(name = Help.JSON_OPTION, description = Help.JSON)
  private boolean json;

  @Option(name = Help.NDJSON_OPTION, description = Help.NDJSON)
  private boolean ndjson;

  @Option(name = Help.LIMIT_OPTION, description = Help.MAX_VISITS)
  private String limit = HistoryCommands.NO_LIMIT;

  @Option(name = Help.AFTER_OPTION, description = Help.AFTER)
  private String after = "";

  @Option(name = Help.BEFORE_OPTION, description = Help.BEFORE)
  private String before = "";

  @Option(name = Help.PAGE_OPTION, description = Help.PAGE)
  private String page = "";

  @Override
  String answer() throws StorageException, InterruptedException {
    HistoryCommands commands = HistoryCommands.of(node, history, names);
    return ndjson
        ? commands.stream(new Lines(System.out, System.err), limit, after, before, page)
        : commands.history(json, HistoryCommands.limit(limit), after, before, page);
  }
}
