// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell.karaf;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.chroniclesync.support.commands.HandCarriedCommands;
import org.chroniclesync.support.commands.Help;
import org.chroniclesync.support.services.CommandServices;

/** Makes an offer that a person carries. */
@Service
@Command(scope = Help.SCOPE, name = "offer", description = Help.OFFER)
public final class OfferCommand extends PrintingAction {
  @Option(name = Help.QR_OPTION, description = Help.QR)
  private boolean qr;

  @Override
  String answer(CommandServices services) throws InterruptedException {
    return HandCarriedCommands.offer(services.handCarried(), qr);
  }
}
