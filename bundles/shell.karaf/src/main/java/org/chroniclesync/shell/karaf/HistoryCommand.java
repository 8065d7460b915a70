// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell.karaf;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.support.commands.Help;
import org.chroniclesync.support.commands.HistoryCommands;
import org.chroniclesync.support.commands.Lines;
import org.chroniclesync.support.services.CommandServices;

/** Lists the newest visits. */
@Service
@Command(scope = Help.SCOPE, name = "history", description = Help.HISTORY)
public final class HistoryCommand extends PrintingAction {
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
  String answer(CommandServices services) throws StorageException, InterruptedException {
    HistoryCommands commands =
        HistoryCommands.of(services.node(), services.history(), services.names());
    return ndjson
        ? commands.stream(new Lines(System.out, System.err), limit, after, before, page)
        : commands.history(json, HistoryCommands.limit(limit), after, before, page);
  }
}
