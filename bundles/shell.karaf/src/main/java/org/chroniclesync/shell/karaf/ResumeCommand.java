// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell.karaf;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.support.commands.Help;
import org.chroniclesync.support.commands.PauseCommands;
import org.chroniclesync.support.services.CommandServices;

/** Ends a pause of the import. */
@Service
@Command(scope = Help.SCOPE, name = "resume", description = Help.RESUME)
public final class ResumeCommand extends PrintingAction {
  @Override
  String answer(CommandServices services) throws StorageException, InterruptedException {
    return PauseCommands.resume(services.pause());
  }
}
