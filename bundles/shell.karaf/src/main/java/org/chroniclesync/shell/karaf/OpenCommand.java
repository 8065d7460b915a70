// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell.karaf;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.chroniclesync.api.page.Page;
import org.chroniclesync.support.commands.Help;
import org.chroniclesync.support.commands.PageCommands;
import org.jspecify.annotations.Nullable;

/** Draws a link that opens the page. */
@Service
@Command(scope = Help.SCOPE, name = "open", description = Help.OPEN)
public final class OpenCommand extends PrintingAction {
  @Reference(optional = true)
  private @Nullable Page page;

  @Option(name = Help.JSON_OPTION, description = Help.JSON)
  private boolean json;

  @Override
  String answer() {
    return PageCommands.open(page, json);
  }
}
