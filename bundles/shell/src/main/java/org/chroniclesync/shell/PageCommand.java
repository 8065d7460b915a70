// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import java.util.List;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.chroniclesync.support.commands.Help;
import org.chroniclesync.support.commands.PageCommands;
import org.chroniclesync.support.commands.ShareCommands;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The page that a person opens in a browser. */
@Component(
    service = PageCommand.class,
    property = {
      "osgi.command.scope=" + Help.SCOPE,
      "osgi.command.function=open",
      "osgi.command.function=share"
    })
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

  /**
   * Shares the page with other devices, or shows how it is shared.
   *
   * @param json true for JSON
   * @param port 0 if none is given
   * @param passwordFile a path, or empty
   * @param words what to do
   * @return what to show
   */
  @Descriptor(Help.SHARE)
  public String share(
      @Descriptor(Help.JSON)
          @Parameter(names = Help.JSON_OPTION, presentValue = "true", absentValue = "false")
          boolean json,
      @Descriptor(Help.SHARE_PORT) @Parameter(names = Help.PORT_OPTION, absentValue = "0") int port,
      @Descriptor(Help.PASSWORD_FILE)
          @Parameter(names = Help.PASSWORD_FILE_OPTION, absentValue = "")
          String passwordFile,
      @Descriptor(Help.SHARE_WORDS) String... words) {
    return ShareCommands.share(
        services.page(), new ShareCommands.Asked(List.of(words), port, passwordFile, json));
  }
}
