// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.support.commands.FileCommands;
import org.chroniclesync.support.commands.Help;
import org.chroniclesync.support.commands.HistoryCommands;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The command that exports. */
@Component(
    service = ExportCommands.class,
    property = {"osgi.command.scope=" + Help.SCOPE, "osgi.command.function=export"})
public final class ExportCommands {
  private final ShellServices services;

  /**
   * Makes them.
   *
   * @param services what they ask
   */
  @Activate
  public ExportCommands(@Reference ShellServices services) {
    this.services = services;
  }

  /**
   * Exports the history.
   *
   * @param session who asks
   * @param format the name of a format, or empty
   * @param after since when, or empty
   * @param before until when, or empty
   * @param device only of this device, or empty
   * @param force true to replace a file that is there
   * @param directory what relative paths begin at, or empty
   * @param arguments the file, then the words of a search
   * @return what to show
   * @throws StorageException if the history could not be read
   * @throws InterruptedException if the session was closed meanwhile
   */
  @Descriptor(Help.EXPORT)
  public String export(
      CommandSession session,
      @Descriptor(Help.FORMAT) @Parameter(names = Help.FORMAT_OPTION, absentValue = "")
          String format,
      @Descriptor(Help.AFTER) @Parameter(names = Help.AFTER_OPTION, absentValue = "") String after,
      @Descriptor(Help.BEFORE) @Parameter(names = Help.BEFORE_OPTION, absentValue = "")
          String before,
      @Descriptor(Help.EXPORT_DEVICE) @Parameter(names = Help.DEVICE_OPTION, absentValue = "")
          String device,
      @Descriptor(Help.FORCE)
          @Parameter(names = Help.FORCE_OPTION, presentValue = "true", absentValue = "false")
          boolean force,
      @Descriptor(Help.DIRECTORY) @Parameter(names = Help.DIRECTORY_OPTION, absentValue = "")
          String directory,
      @Descriptor(Help.EXPORT_ARGUMENTS) String... arguments)
      throws StorageException, InterruptedException {
    return FileCommands.write(
        services.export(),
        () -> HistoryCommands.of(services.node(), services.history(), services.names()),
        new FileCommands.ExportOptions(format, after, before, device, force, directory),
        List.of(arguments),
        session.getConsole(),
        Notes.of(session));
  }
}
