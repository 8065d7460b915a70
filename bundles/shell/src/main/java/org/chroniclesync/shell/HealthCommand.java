// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.chroniclesync.support.commands.Help;
import org.chroniclesync.support.commands.NodeCommands;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Whether all is well, for scripts and the start of a node: a command that fails if not. */
@Component(
    service = HealthCommand.class,
    property = {"osgi.command.scope=" + Help.SCOPE, "osgi.command.function=health"})
public final class HealthCommand { // public, as Gogo calls it by reflection
  private final ShellServices services;

  /**
   * Makes them.
   *
   * @param services what they ask
   */
  @Activate
  public HealthCommand(@Reference ShellServices services) {
    this.services = services;
  }

  /**
   * Tells whether the node is well.
   *
   * @param session where to show what is wrong
   * @return what to show if nothing is
   * @throws IllegalStateException if a part does not work as it should
   * @throws InterruptedException if the session was closed meanwhile
   */
  @Descriptor(Help.HEALTH)
  public String health(CommandSession session) throws InterruptedException {
    return NodeCommands.health(services::node, session.getConsole());
  }
}
