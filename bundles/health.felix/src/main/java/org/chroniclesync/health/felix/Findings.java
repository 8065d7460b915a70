// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.health.felix;

import org.apache.felix.hc.api.Result;
import org.apache.felix.hc.api.Result.Status;
import org.apache.felix.hc.api.ResultLog;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.support.text.VisibleText;

/** What one run of a check finds. For one thread. */
final class Findings {
  private static final String NO_NODE = "The node is not running.";
  private static final String NO_NODE_REMEDY =
      "Start the bundle org.chroniclesync.core. If it runs, see the check of the components.";

  private final ResultLog log = new ResultLog();
  private boolean empty = true;

  /** Returns what every check of a node says that is not there. */
  static Result noNode() {
    return new Findings().add(Status.CRITICAL, NO_NODE + " " + NO_NODE_REMEDY).result("");
  }

  Findings add(Status status, String sentences) {
    // Some of it was written by a peer or a server.
    log.add(new ResultLog.Entry(status, VisibleText.of(sentences)));
    empty = false;
    return this;
  }

  Findings add(Part part) {
    String name = part.name().isEmpty() ? part.kind() : part.kind() + " " + part.name();
    if (part.state() instanceof Part.Trouble trouble) {
      Status status = trouble instanceof Part.Degraded ? Status.WARN : Status.CRITICAL;
      return add(status, name + ": " + trouble.cause() + " " + trouble.remedy());
    }
    if (part.state() instanceof Part.Paused paused) {
      return add(Status.OK, name + ": paused. " + paused.what() + " " + paused.remedy());
    }
    return part.state() instanceof Part.Starting
        ? add(Status.TEMPORARILY_UNAVAILABLE, name + ": starting. Ask again in a few seconds.")
        : add(Status.OK, name + ": works.");
  }

  /** Returns the result, which is as bad as the worst of what was found. */
  Result result(String nothing) {
    return empty ? new Result(Status.OK, nothing) : new Result(log);
  }
}
