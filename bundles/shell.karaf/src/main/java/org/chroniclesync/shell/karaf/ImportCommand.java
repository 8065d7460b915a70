// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell.karaf;

import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.support.commands.FileCommands;
import org.chroniclesync.support.commands.Help;
import org.chroniclesync.support.commands.ImporterCommands;
import org.chroniclesync.support.services.CommandServices;

/** Imports files, or new visits. */
@Service
@Command(scope = Help.SCOPE, name = "import", description = Help.IMPORT)
public final class ImportCommand extends PrintingAction {
  @Option(name = Help.JSON_OPTION, description = Help.JSON)
  private boolean json;

  @Option(name = Help.DRY_RUN_OPTION, description = Help.DRY_RUN)
  private boolean dryRun;

  @Option(name = Help.DEVICE_OPTION, description = Help.IMPORT_DEVICE)
  private String device = "";

  @Option(name = Help.DIRECTORY_OPTION, description = Help.DIRECTORY)
  private String directory = "";

  @Argument(name = "files", description = Help.FILES, multiValued = true)
  private List<String> paths = List.of();

  @Override
  String answer(CommandServices services) throws StorageException, InterruptedException {
    return paths.isEmpty()
        ? ImporterCommands.importNow(services.browsers(), json)
        : FileCommands.read(
            services.fileImport(),
            services.names(),
            new FileCommands.ImportOptions(json, dryRun, device, directory),
            paths,
            System.err);
  }
}
