// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell.karaf;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.chroniclesync.api.importer.BrowserImport;
import org.chroniclesync.support.commands.Help;
import org.chroniclesync.support.commands.ImporterCommands;
import org.jspecify.annotations.Nullable;

/** Imports new visits. */
@Service
@Command(scope = Help.SCOPE, name = "import", description = Help.IMPORT)
public final class ImportCommand extends PrintingAction {
  @Reference(optional = true)
  private @Nullable BrowserImport importer;

  @Override
  String answer() {
    return ImporterCommands.importNow(importer);
  }
}
