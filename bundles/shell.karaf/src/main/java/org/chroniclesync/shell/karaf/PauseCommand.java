// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell.karaf;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.support.commands.Help;
import org.chroniclesync.support.commands.PauseCommands;
import org.chroniclesync.support.services.CommandServices;

/** Pauses the import. */
@Service
@Command(scope = Help.SCOPE, name = "pause", description = Help.PAUSE)
public final class PauseCommand extends PrintingAction {
  @Option(name = Help.FORGET_OPTION, description = Help.PAUSE_FORGET)
  private boolean forget;

  @Argument(name = "length", description = Help.LENGTH, required = true)
  private String length = "";

  @Override
  String answer(CommandServices services) throws StorageException, InterruptedException {
    return PauseCommands.pause(services.pause(), forget, length);
  }
}
