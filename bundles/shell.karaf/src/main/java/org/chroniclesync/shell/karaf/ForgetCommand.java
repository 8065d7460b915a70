// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell.karaf;

import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.support.commands.AccountCommands;
import org.chroniclesync.support.commands.Help;
import org.chroniclesync.support.services.CommandServices;

/** Takes a device out of the list. */
@Service
@Command(scope = Help.SCOPE, name = "forget", description = Help.FORGET)
public final class ForgetCommand extends PrintingAction {
  @Option(name = Help.WITH_VISITS_OPTION, description = Help.WITH_VISITS)
  private boolean withVisits;

  @Option(name = Help.PREVIEW_OPTION, description = Help.PREVIEW)
  private boolean preview;

  @Option(name = Help.YES_OPTION, description = Help.YES)
  private boolean yes;

  @Argument(name = "device", description = Help.FORGOTTEN, required = true, multiValued = true)
  private List<String> device = List.of();

  @Override
  String answer(CommandServices services) throws StorageException, InterruptedException {
    return AccountCommands.forget(
        services.node(),
        services.history(),
        services.names(),
        new AccountCommands.Forgotten(device, withVisits, preview, yes));
  }
}
