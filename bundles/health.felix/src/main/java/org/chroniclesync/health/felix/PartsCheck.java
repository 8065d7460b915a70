// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.health.felix;

import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.chroniclesync.api.sync.Node;
import org.chroniclesync.api.sync.Part;
import org.jspecify.annotations.Nullable;

/**
 * How some parts do, by the node's own judgement.
 *
 * @param node the node, or null while there is none
 * @param which which parts
 */
record PartsCheck(Supplier<@Nullable Node> node, Predicate<Part> which) implements HealthCheck {
  @Override
  public Result execute() {
    Node running = node.get();
    if (running == null) {
      return Findings.noNode();
    }
    Findings findings = new Findings();
    running.status().parts().stream().filter(which).forEach(findings::add);
    return findings.result("There is none, and the node does not need one.");
  }
}
