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
import org.chroniclesync.support.commands.ServiceCommands;
import org.chroniclesync.support.services.CommandServices;

/** Lists, adds and removes the discovery services that all devices use. */
@Service
@Command(scope = Help.SCOPE, name = "services", description = Help.SERVICES)
public final class ServicesCommand extends PrintingAction {
  @Option(name = Help.JSON_OPTION, description = Help.JSON)
  private boolean json;

  @Option(name = Help.PRIORITY_OPTION, description = Help.PRIORITY)
  private String priority = "";

  @Argument(name = "words", description = Help.SERVICE_WORDS, multiValued = true)
  private List<String> words = List.of();

  @Override
  String answer(CommandServices services) throws StorageException, InterruptedException {
    return ServiceCommands.run(services.services(), json, priority, words);
  }
}
