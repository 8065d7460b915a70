// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell.karaf;

import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.support.commands.Help;
import org.chroniclesync.support.commands.RuleCommands;
import org.chroniclesync.support.services.CommandServices;

/** Lists, adds, removes, tries and applies rules. */
@Service
@Command(scope = Help.SCOPE, name = "rules", description = Help.RULES)
public final class RulesCommand extends PrintingAction {
  @Option(name = Help.JSON_OPTION, description = Help.JSON)
  private boolean json;

  @Option(name = Help.ACCOUNT_OPTION, description = Help.ACCOUNT)
  private boolean account;

  @Option(name = Help.YES_OPTION, description = Help.RULES_YES)
  private boolean yes;

  @Argument(name = "words", description = Help.RULE_WORDS, multiValued = true)
  private List<String> words = List.of();

  @Override
  String answer(CommandServices services) throws StorageException, InterruptedException {
    return RuleCommands.of(services.rules(), System.err).run(json, account, yes, words);
  }
}
