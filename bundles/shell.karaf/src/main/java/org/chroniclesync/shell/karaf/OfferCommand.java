// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell.karaf;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.chroniclesync.api.discovery.HandCarried;
import org.chroniclesync.support.commands.HandCarriedCommands;
import org.chroniclesync.support.commands.Help;
import org.jspecify.annotations.Nullable;

/** Makes an offer that a person carries. */
@Service
@Command(scope = Help.SCOPE, name = "offer", description = Help.OFFER)
public final class OfferCommand implements Action {
  @Reference(optional = true)
  private @Nullable HandCarried manual;

  @Override
  public Object execute() throws InterruptedException {
    return HandCarriedCommands.offer(manual);
  }
}
