// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.support.commands.Help;
import org.chroniclesync.support.commands.PauseCommands;
import org.chroniclesync.support.commands.RuleCommands;
import org.chroniclesync.support.commands.ServiceCommands;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The commands about what the devices of the account agree on, and about the pause. */
@Component(
    service = RulesCommands.class,
    property = {
      "osgi.command.scope=" + Help.SCOPE,
      "osgi.command.function=rules",
      "osgi.command.function=services",
      "osgi.command.function=pause",
      "osgi.command.function=resume"
    })
public final class RulesCommands {
  private final ShellServices services;

  /**
   * Makes them.
   *
   * @param services what they ask
   */
  @Activate
  public RulesCommands(@Reference ShellServices services) {
    this.services = services;
  }

  /**
   * Lists, adds, removes, tries and applies rules.
   *
   * @param session the session, whose notes tell how far it is
   * @param json true for JSON
   * @param account true for a rule of the account
   * @param yes true to apply them
   * @param words what to do
   * @return what to show
   * @throws StorageException if the storage could not do it
   * @throws InterruptedException if the session was closed meanwhile
   */
  @Descriptor(Help.RULES)
  public String rules(
      CommandSession session,
      @Descriptor(Help.JSON)
          @Parameter(names = Help.JSON_OPTION, presentValue = "true", absentValue = "false")
          boolean json,
      @Descriptor(Help.ACCOUNT)
          @Parameter(names = Help.ACCOUNT_OPTION, presentValue = "true", absentValue = "false")
          boolean account,
      @Descriptor(Help.RULES_YES)
          @Parameter(names = Help.YES_OPTION, presentValue = "true", absentValue = "false")
          boolean yes,
      @Descriptor(Help.RULE_WORDS) String... words)
      throws StorageException, InterruptedException {
    return RuleCommands.of(services.rules(), Notes.of(session))
        .run(json, account, yes, List.of(words));
  }

  /**
   * Lists, adds and removes the discovery services that all devices use.
   *
   * @param json true for JSON
   * @param priority of a service that is added
   * @param words what to do
   * @return what to show
   * @throws StorageException if the storage could not do it
   * @throws InterruptedException if the session was closed meanwhile
   */
  @Descriptor(Help.SERVICES)
  public String services(
      @Descriptor(Help.JSON)
          @Parameter(names = Help.JSON_OPTION, presentValue = "true", absentValue = "false")
          boolean json,
      @Descriptor(Help.PRIORITY) @Parameter(names = Help.PRIORITY_OPTION, absentValue = "")
          String priority,
      @Descriptor(Help.SERVICE_WORDS) String... words)
      throws StorageException, InterruptedException {
    return ServiceCommands.run(services.services(), json, priority, List.of(words));
  }

  /**
   * Pauses the import.
   *
   * @param forget true to forget what is visited meanwhile
   * @param length how long
   * @return what to show
   * @throws StorageException if it was not noted
   * @throws InterruptedException if the session was closed meanwhile
   */
  @Descriptor(Help.PAUSE)
  public String pause(
      @Descriptor(Help.PAUSE_FORGET)
          @Parameter(names = Help.FORGET_OPTION, presentValue = "true", absentValue = "false")
          boolean forget,
      @Descriptor(Help.LENGTH) String length)
      throws StorageException, InterruptedException {
    return PauseCommands.pause(services.pause(), forget, length);
  }

  /**
   * Ends a pause.
   *
   * @return what to show
   * @throws StorageException if it was not noted
   * @throws InterruptedException if the session was closed meanwhile
   */
  @Descriptor(Help.RESUME)
  public String resume() throws StorageException, InterruptedException {
    return PauseCommands.resume(services.pause());
  }
}
