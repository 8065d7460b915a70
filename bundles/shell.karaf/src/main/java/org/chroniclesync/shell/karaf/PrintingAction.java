// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell.karaf;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.support.services.CommandServices;
import org.jspecify.annotations.Nullable;

/**
 * An action that prints its answer. Karaf shows what an action returns at a prompt, but not to a
 * client of ssh that gives a single command.
 */
abstract class PrintingAction implements Action {
  @Reference private KarafServices services = new KarafServices(); // Karaf sets it

  @Override
  public final @Nullable Object execute() throws StorageException, InterruptedException {
    // Karaf has it lead to the session.
    String answer = answer(services);
    if (!answer.isEmpty()) {
      System.out.println(answer);
    }
    return null;
  }

  /** Does what is asked, and returns what to print. */
  abstract String answer(CommandServices services) throws StorageException, InterruptedException;
}
