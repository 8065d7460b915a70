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
import org.chroniclesync.support.commands.ImporterCommands;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The commands that import. */
@Component(
    service = ImportCommands.class,
    property = {
      "osgi.command.scope=" + Help.SCOPE,
      "osgi.command.function=profiles",
      "osgi.command.function=import"
    })
public final class ImportCommands {
  private final ShellServices services;

  /**
   * Makes them.
   *
   * @param services what they ask
   */
  @Activate
  public ImportCommands(@Reference ShellServices services) {
    this.services = services;
  }

  /**
   * Lists the browsers' profiles.
   *
   * @param json true for JSON
   * @param words none, or what becomes of what vanished
   * @return what to show
   */
  @Descriptor(Help.PROFILES)
  public String profiles(
      @Descriptor(Help.JSON)
          @Parameter(names = Help.JSON_OPTION, presentValue = "true", absentValue = "false")
          boolean json,
      @Descriptor(Help.VANISHED) String... words) {
    return ImporterCommands.profiles(services.browsers(), json, List.of(words));
  }

  /**
   * Imports files, or what is new in the profiles. The underscore is Gogo's: the command is called
   * import, which Java does not allow as the name of a method.
   *
   * @param session who asks
   * @param json true for JSON
   * @param dryRun true to store nothing
   * @param device the name of the device that the visits are of, or empty
   * @param directory what relative paths begin at, or empty
   * @param paths files and folders; none for the profiles
   * @return what to show
   * @throws StorageException if visits could not be stored
   * @throws InterruptedException if the session was closed meanwhile
   */
  @Descriptor(Help.IMPORT)
  public String _import(
      CommandSession session,
      @Descriptor(Help.JSON)
          @Parameter(names = Help.JSON_OPTION, presentValue = "true", absentValue = "false")
          boolean json,
      @Descriptor(Help.DRY_RUN)
          @Parameter(names = Help.DRY_RUN_OPTION, presentValue = "true", absentValue = "false")
          boolean dryRun,
      @Descriptor(Help.IMPORT_DEVICE) @Parameter(names = Help.DEVICE_OPTION, absentValue = "")
          String device,
      @Descriptor(Help.DIRECTORY) @Parameter(names = Help.DIRECTORY_OPTION, absentValue = "")
          String directory,
      @Descriptor(Help.FILES) String... paths)
      throws StorageException, InterruptedException {
    if (paths.length == 0) {
      return ImporterCommands.importNow(services.browsers(), json);
    }
    return FileCommands.read(
        services.fileImport(),
        services.names(),
        new FileCommands.ImportOptions(json, dryRun, device, directory),
        List.of(paths),
        Notes.of(session));
  }
}
