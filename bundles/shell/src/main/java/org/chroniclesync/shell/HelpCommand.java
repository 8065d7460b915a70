// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import org.apache.felix.service.command.Descriptor;
import org.chroniclesync.support.commands.Help;
import org.chroniclesync.support.commands.Manual;
import org.osgi.service.component.annotations.Component;

/** Explains the commands. */
@Component(
    service = HelpCommand.class,
    property = {"osgi.command.scope=" + Help.SCOPE, "osgi.command.function=help"})
public final class HelpCommand { // public, as Gogo calls it by reflection
  /**
   * Lists the commands, or explains some.
   *
   * @param names which; none for the list of all
   * @return what to show
   */
  @Descriptor("lists the commands, or explains those that are named")
  public String help(String... names) {
    if (names.length == 0) {
      return Manual.all();
    }
    StringBuilder text = new StringBuilder();
    for (String name : names) {
      text.append(text.isEmpty() ? "" : "\n\n").append(Manual.of(name));
    }
    return text.toString();
  }
}
