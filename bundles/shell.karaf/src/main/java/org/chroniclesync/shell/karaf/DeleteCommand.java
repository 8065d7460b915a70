// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell.karaf;

import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.support.commands.DeletionCommands;
import org.chroniclesync.support.commands.Help;
import org.chroniclesync.support.services.CommandServices;

/** Deletes visits on all devices. */
@Service
@Command(scope = Help.SCOPE, name = "delete", description = Help.DELETE)
public final class DeleteCommand extends PrintingAction {
  @Option(name = Help.JSON_OPTION, description = Help.JSON)
  private boolean json;

  @Option(name = Help.HOST_OPTION, description = Help.HOST)
  private String host = "";

  @Option(name = Help.BELOW_OPTION, description = Help.BELOW)
  private boolean below;

  @Option(name = Help.DEVICE_OPTION, description = Help.DEVICE)
  private String device = "";

  @Option(name = Help.VISIT_OPTION, description = Help.VISIT)
  private String visit = "";

  @Option(name = Help.AFTER_OPTION, description = Help.AFTER)
  private String after = "";

  @Option(name = Help.BEFORE_OPTION, description = Help.BEFORE)
  private String before = "";

  @Option(name = Help.SEARCH_OPTION, description = Help.FOUND)
  private boolean search;

  @Option(name = Help.YES_OPTION, description = Help.YES)
  private boolean yes;

  @Option(name = Help.PREVIEW_OPTION, description = Help.PREVIEW)
  private boolean preview;

  @Option(name = Help.NOW_OPTION, description = Help.NOW)
  private boolean now;

  @Argument(name = "words", description = Help.ADDRESSES, multiValued = true)
  private List<String> words = List.of();

  @Override
  String answer(CommandServices services) throws StorageException, InterruptedException {
    DeletionCommands.Given given =
        new DeletionCommands.Given(host, below, device, visit, after, before, search, words);
    return DeletionCommands.of(services.node(), services.history(), services.names(), System.err)
        .delete(given, yes, preview, now, json);
  }
}
