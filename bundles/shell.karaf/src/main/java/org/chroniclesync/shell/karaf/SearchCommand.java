// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell.karaf;

import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.support.commands.Help;
import org.chroniclesync.support.commands.HistoryCommands;
import org.chroniclesync.support.commands.Lines;
import org.chroniclesync.support.services.CommandServices;

/** Searches the history. */
@Service
@Command(scope = Help.SCOPE, name = "search", description = Help.SEARCH)
public final class SearchCommand extends PrintingAction {
  @Option(name = Help.JSON_OPTION, description = Help.JSON)
  private boolean json;

  @Option(name = Help.NDJSON_OPTION, description = Help.NDJSON)
  private boolean ndjson;

  @Option(name = Help.LIMIT_OPTION, description = Help.MAX_RESULTS)
  private String limit = HistoryCommands.NO_LIMIT;

  @Option(name = Help.MORE_OPTION, description = Help.MORE)
  private String more = "";

  @Argument(name = "words", description = Help.WORDS, multiValued = true)
  private List<String> words = List.of();

  @Override
  String answer(CommandServices services) throws StorageException, InterruptedException {
    HistoryCommands commands =
        HistoryCommands.of(services.node(), services.history(), services.names());
    return ndjson
        ? commands.streamSearch(new Lines(System.out, System.err), limit, more, words)
        : commands.search(json, HistoryCommands.limit(limit), more, words);
  }
}
