// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.chroniclesync.support.commands.Help;
import org.chroniclesync.support.commands.PageCommands;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The page that a person opens in a browser. */
@Component(
    service = PageCommand.class,
    property = {"osgi.command.scope=" + Help.SCOPE, "osgi.command.function=open"})
public final class PageCommand {
  private final ShellServices services;

  /**
   * Makes them.
   *
   * @param services what they ask
   */
  @Activate
  public PageCommand(@Reference ShellServices services) {
    this.services = services;
  }

  /**
   * Draws a link.
   *
   * @param json true for JSON
   * @return what to show
   */
  @Descriptor(Help.OPEN)
  public String open(
      @Descriptor(Help.JSON)
          @Parameter(names = Help.JSON_OPTION, presentValue = "true", absentValue = "false")
          boolean json) {
    return PageCommands.open(services.page(), json);
  }
}
