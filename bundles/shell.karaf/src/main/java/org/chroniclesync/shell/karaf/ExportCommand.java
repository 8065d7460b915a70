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
import org.chroniclesync.support.commands.HistoryCommands;
import org.chroniclesync.support.services.CommandServices;

/** Exports the history. */
@Service
@Command(scope = Help.SCOPE, name = "export", description = Help.EXPORT)
public final class ExportCommand extends PrintingAction {
  @Option(name = Help.FORMAT_OPTION, description = Help.FORMAT)
  private String format = "";

  @Option(name = Help.AFTER_OPTION, description = Help.AFTER)
  private String after = "";

  @Option(name = Help.BEFORE_OPTION, description = Help.BEFORE)
  private String before = "";

  @Option(name = Help.DEVICE_OPTION, description = Help.EXPORT_DEVICE)
  private String device = "";

  @Option(name = Help.FORCE_OPTION, description = Help.FORCE)
  private boolean force;

  @Option(name = Help.DIRECTORY_OPTION, description = Help.DIRECTORY)
  private String directory = "";

  @Argument(name = "arguments", description = Help.EXPORT_ARGUMENTS, multiValued = true)
  private List<String> arguments = List.of();

  @Override
  String answer(CommandServices services) throws StorageException, InterruptedException {
    return FileCommands.write(
        services.export(),
        () -> HistoryCommands.of(services.node(), services.history(), services.names()),
        new FileCommands.ExportOptions(format, after, before, device, force, directory),
        arguments,
        System.out,
        System.err);
  }
}
