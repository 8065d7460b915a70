// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell.karaf;

import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.chroniclesync.support.commands.Help;
import org.chroniclesync.support.commands.WhyCommand;
import org.chroniclesync.support.services.CommandServices;

/** Says why a device is not connected. */
@Service
@Command(scope = Help.SCOPE, name = "why", description = Help.WHY)
public final class WhyAction extends PrintingAction {
  @Option(name = Help.JSON_OPTION, description = Help.JSON)
  private boolean json;

  @Argument(name = "device", description = Help.WHY_DEVICE, multiValued = true)
  private List<String> device = List.of();

  @Override
  String answer(CommandServices services) throws InterruptedException {
    return WhyCommand.why(services.node(), services.names(), json, device);
  }
}
