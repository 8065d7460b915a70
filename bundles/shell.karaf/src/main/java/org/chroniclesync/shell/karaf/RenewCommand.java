// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell.karaf;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.chroniclesync.api.crypto.AccountWords;
import org.chroniclesync.support.commands.AccountCommands;
import org.chroniclesync.support.commands.Help;
import org.jspecify.annotations.Nullable;

/** Gives the account new words. */
@Service
@Command(scope = Help.SCOPE, name = "renew", description = Help.RENEW)
public final class RenewCommand extends PrintingAction {
  @Reference(optional = true)
  private @Nullable AccountWords words;

  @Option(name = Help.YES_OPTION, description = Help.RENEW_YES)
  private boolean yes;

  @Override
  String answer() {
    return AccountCommands.renew(words, yes);
  }
}
