// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell.karaf;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.chroniclesync.support.commands.Help;
import org.chroniclesync.support.commands.Lines;
import org.chroniclesync.support.commands.WatchCommand;
import org.chroniclesync.support.services.CommandServices;

/** Shows visits and states as they come. */
@Service
@Command(scope = Help.SCOPE, name = "watch", description = Help.WATCH)
public final class WatchAction extends PrintingAction {
  @Option(name = Help.NDJSON_OPTION, description = Help.NDJSON)
  private boolean ndjson;

  @Override
  String answer(CommandServices services) throws InterruptedException {
    return WatchCommand.watch(
        services.node(),
        services.history(),
        services.names(),
        ndjson,
        new Lines(System.out, System.err));
  }
}
