// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell.karaf;

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
public final class OfferCommand extends PrintingAction {
  @Reference(optional = true)
  private @Nullable HandCarried manual;

  @Override
  String answer() throws InterruptedException {
    return HandCarriedCommands.offer(manual);
  }
}
