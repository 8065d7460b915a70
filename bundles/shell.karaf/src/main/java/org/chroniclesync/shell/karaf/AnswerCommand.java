// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell.karaf;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.chroniclesync.support.commands.HandCarriedCommands;
import org.chroniclesync.support.commands.Help;
import org.chroniclesync.support.services.CommandServices;

/** Answers an offer that a person carried. */
@Service
@Command(scope = Help.SCOPE, name = "answer", description = Help.ANSWER)
public final class AnswerCommand extends PrintingAction {
  @Option(name = Help.QR_OPTION, description = Help.QR)
  private boolean qr;

  @Argument(name = "text", description = Help.OFFER_TEXT, required = true)
  private String text = "";

  @Override
  String answer(CommandServices services) throws InterruptedException {
    return HandCarriedCommands.answer(services.handCarried(), qr, text);
  }
}
