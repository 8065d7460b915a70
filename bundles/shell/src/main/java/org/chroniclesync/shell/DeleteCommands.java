// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.support.commands.DeletionCommands;
import org.chroniclesync.support.commands.Help;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Takes visits out of the history. There also while the node is not, to say so. */
@Component(
    service = DeleteCommands.class,
    property = {
      "osgi.command.scope=" + Help.SCOPE,
      "osgi.command.function=delete",
      "osgi.command.function=undo",
      "osgi.command.function=deletions"
    })
public final class DeleteCommands { // public, as Gogo calls it by reflection
  private final ShellServices services;

  /**
   * Makes them.
   *
   * @param services what they ask
   */
  @Activate
  public DeleteCommands(@Reference ShellServices services) {
    this.services = services;
  }

  /**
   * Deletes visits on all devices.
   *
   * @param session the session, whose notes tell how far it is
   * @param json true for JSON
   * @param host only visits to it, or empty
   * @param below whether hosts below it belong to it
   * @param device only visits of it, or empty
   * @param visit only this one, or empty
   * @param after since when, or empty
   * @param before until when, or empty
   * @param search true if the words are a search
   * @param yes true to delete
   * @param preview true to show only
   * @param now true to make it final at once
   * @param words the address of a page, or the search
   * @return what to show
   * @throws StorageException if the storage could not answer
   * @throws InterruptedException if the session was closed meanwhile
   */
  @Descriptor(Help.DELETE)
  public String delete(
      CommandSession session,
      @Descriptor(Help.JSON)
          @Parameter(names = Help.JSON_OPTION, presentValue = "true", absentValue = "false")
          boolean json,
      @Descriptor(Help.HOST) @Parameter(names = Help.HOST_OPTION, absentValue = "") String host,
      @Descriptor(Help.BELOW)
          @Parameter(names = Help.BELOW_OPTION, presentValue = "true", absentValue = "false")
          boolean below,
      @Descriptor(Help.DEVICE) @Parameter(names = Help.DEVICE_OPTION, absentValue = "")
          String device,
      @Descriptor(Help.VISIT) @Parameter(names = Help.VISIT_OPTION, absentValue = "") String visit,
      @Descriptor(Help.AFTER) @Parameter(names = Help.AFTER_OPTION, absentValue = "") String after,
      @Descriptor(Help.BEFORE) @Parameter(names = Help.BEFORE_OPTION, absentValue = "")
          String before,
      @Descriptor(Help.FOUND)
          @Parameter(names = Help.SEARCH_OPTION, presentValue = "true", absentValue = "false")
          boolean search,
      @Descriptor(Help.YES)
          @Parameter(names = Help.YES_OPTION, presentValue = "true", absentValue = "false")
          boolean yes,
      @Descriptor(Help.PREVIEW)
          @Parameter(names = Help.PREVIEW_OPTION, presentValue = "true", absentValue = "false")
          boolean preview,
      @Descriptor(Help.NOW)
          @Parameter(names = Help.NOW_OPTION, presentValue = "true", absentValue = "false")
          boolean now,
      @Descriptor(Help.ADDRESSES) String... words)
      throws StorageException, InterruptedException {
    DeletionCommands.Given given =
        new DeletionCommands.Given(
            host, below, device, visit, after, before, search, List.of(words));
    return commands(session).delete(given, yes, preview, now, json);
  }

  /**
   * Brings back what a deletion took.
   *
   * @param session the session, whose notes tell how far it is
   * @param json true for JSON
   * @param numbers the number of one deletion, or none for the last
   * @return what to show
   * @throws InterruptedException if the session was closed meanwhile
   */
  @Descriptor(Help.UNDO)
  public String undo(
      CommandSession session,
      @Descriptor(Help.JSON)
          @Parameter(names = Help.JSON_OPTION, presentValue = "true", absentValue = "false")
          boolean json,
      @Descriptor(Help.NUMBER) String... numbers)
      throws InterruptedException {
    return commands(session).undo(List.of(numbers), json);
  }

  /**
   * Lists the deletions of this device.
   *
   * @param session the session
   * @param json true for JSON
   * @return what to show
   * @throws InterruptedException if the session was closed meanwhile
   */
  @Descriptor(Help.DELETIONS)
  public String deletions(
      CommandSession session,
      @Descriptor(Help.JSON)
          @Parameter(names = Help.JSON_OPTION, presentValue = "true", absentValue = "false")
          boolean json)
      throws InterruptedException {
    return commands(session).deletions(json);
  }

  private DeletionCommands commands(CommandSession session) throws InterruptedException {
    return DeletionCommands.of(
        services.node(), services.history(), services.names(), Notes.of(session));
  }
}
