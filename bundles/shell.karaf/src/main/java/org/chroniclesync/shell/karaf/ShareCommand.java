// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell.karaf;

import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.chroniclesync.support.commands.Help;
import org.chroniclesync.support.commands.ShareCommands;
import org.chroniclesync.support.services.CommandServices;

/** Shares the page with other devices. */
@Service
@Command(scope = Help.SCOPE, name = "share", description = Help.SHARE)
public final class ShareCommand extends PrintingAction {
  @Option(name = Help.JSON_OPTION, description = Help.JSON)
  private boolean json;

  @Option(name = Help.PORT_OPTION, description = Help.SHARE_PORT)
  private int port;

  @Option(name = Help.PASSWORD_FILE_OPTION, description = Help.PASSWORD_FILE)
  private String passwordFile = "";

  @Argument(name = "words", description = Help.SHARE_WORDS, multiValued = true)
  private List<String> words = List.of();

  @Override
  String answer(CommandServices services) {
    return ShareCommands.share(
        services.page(), new ShareCommands.Asked(words, port, passwordFile, json));
  }
}
