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
import org.chroniclesync.support.services.CommandServices;

/** Lists the devices, or gives one a name. */
@Service
@Command(scope = Help.SCOPE, name = "devices", description = Help.DEVICES)
public final class DevicesCommand extends PrintingAction {
  @Option(name = Help.JSON_OPTION, description = Help.JSON)
  private boolean json;

  @Argument(name = "words", description = Help.DEVICE_WORDS, multiValued = true)
  private List<String> words = List.of();

  @Override
  String answer(CommandServices services) throws StorageException, InterruptedException {
    return HistoryCommands.of(services.node(), services.history(), services.names())
        .devices(services.names(), json, words);
  }
}
