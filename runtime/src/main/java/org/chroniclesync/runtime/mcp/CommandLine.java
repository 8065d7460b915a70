// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime.mcp;

import java.util.List;

/** How a running node is asked. */
public interface CommandLine {
  /**
   * Runs a command of the node. Blocks until it answers.
   *
   * @param words the command and its arguments; none of them has a meaning to anybody else
   * @return what it printed
   * @throws RefusedException if it failed, or no node is running
   */
  String run(List<String> words) throws RefusedException;

  /** The command failed; the message is a sentence for a person. */
  final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * Makes one.
     *
     * @param message a sentence for a person
     */
    public RefusedException(String message) {
      super(message);
    }
  }
}
