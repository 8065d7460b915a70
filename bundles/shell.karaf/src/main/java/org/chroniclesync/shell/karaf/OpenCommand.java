// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell.karaf;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.chroniclesync.support.commands.Help;
import org.chroniclesync.support.commands.PageCommands;
import org.chroniclesync.support.services.CommandServices;

/** Draws a link that opens the page. */
@Service
@Command(scope = Help.SCOPE, name = "open", description = Help.OPEN)
public final class OpenCommand extends PrintingAction {
  @Option(name = Help.JSON_OPTION, description = Help.JSON)
  private boolean json;

  @Override
  String answer(CommandServices services) {
    return PageCommands.open(services.page(), json);
  }
}
