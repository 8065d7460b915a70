// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.support.commands.AccountCommands;
import org.chroniclesync.support.commands.Help;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Who belongs to the account. */
@Component(
    service = AccountShell.class,
    property = {
      "osgi.command.scope=" + Help.SCOPE,
      "osgi.command.function=renew",
      "osgi.command.function=pair",
      "osgi.command.function=join",
      "osgi.command.function=forget"
    })
public final class AccountShell { // public, as Gogo calls it by reflection
  private final ShellServices services;

  /**
   * Makes them.
   *
   * @param services what they ask
   */
  @Activate
  public AccountShell(@Reference ShellServices services) {
    this.services = services;
  }

  /**
   * Gives the account new words.
   *
   * @param yes true to do it
   * @return what to show
   */
  @Descriptor(Help.RENEW)
  public String renew(
      @Descriptor(Help.RENEW_YES)
          @Parameter(names = Help.YES_OPTION, presentValue = "true", absentValue = "false")
          boolean yes) {
    return AccountCommands.renew(services.words(), yes);
  }

  /**
   * Shows a code.
   *
   * @param show true for what came of the last one
   * @param stop true to withdraw it
   * @param json true for JSON
   * @return what to show
   */
  @Descriptor(Help.PAIR)
  public String pair(
      @Descriptor(Help.PAIR_SHOW)
          @Parameter(names = Help.SHOW_OPTION, presentValue = "true", absentValue = "false")
          boolean show,
      @Descriptor(Help.PAIR_STOP)
          @Parameter(names = Help.STOP_OPTION, presentValue = "true", absentValue = "false")
          boolean stop,
      @Descriptor(Help.JSON)
          @Parameter(names = Help.JSON_OPTION, presentValue = "true", absentValue = "false")
          boolean json) {
    return AccountCommands.pair(services.pairing(), show, stop, json);
  }

  /**
   * Takes this device into another account.
   *
   * @param session the session, whose notes tell that it takes long
   * @param file of words, or empty
   * @param code that another device shows
   * @return what to show
   * @throws InterruptedException if the session was closed meanwhile
   */
  @Descriptor(Help.JOIN)
  public String join(
      CommandSession session,
      @Descriptor(Help.WORDS_FILE) @Parameter(names = Help.WORDS_FILE_OPTION, absentValue = "")
          String file,
      @Descriptor(Help.CODE) String... code)
      throws InterruptedException {
    return AccountCommands.join(
        services.pairing(), services.words(), file, List.of(code), Notes.of(session));
  }

  /**
   * Takes a device out of the list.
   *
   * @param withVisits true to delete its visits, too
   * @param preview true to show only how many
   * @param yes true to delete them
   * @param device its name or peer id
   * @return what to show
   * @throws StorageException if the storage could not answer
   * @throws InterruptedException if the session was closed meanwhile
   */
  @Descriptor(Help.FORGET)
  public String forget(
      @Descriptor(Help.WITH_VISITS)
          @Parameter(names = Help.WITH_VISITS_OPTION, presentValue = "true", absentValue = "false")
          boolean withVisits,
      @Descriptor(Help.PREVIEW)
          @Parameter(names = Help.PREVIEW_OPTION, presentValue = "true", absentValue = "false")
          boolean preview,
      @Descriptor(Help.YES)
          @Parameter(names = Help.YES_OPTION, presentValue = "true", absentValue = "false")
          boolean yes,
      @Descriptor(Help.FORGOTTEN) String... device)
      throws StorageException, InterruptedException {
    return AccountCommands.forget(
        services.node(),
        services.history(),
        services.names(),
        new AccountCommands.Forgotten(List.of(device), withVisits, preview, yes));
  }
}
