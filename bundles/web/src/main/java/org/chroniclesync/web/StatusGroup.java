// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.chroniclesync.api.sync.NodeStatus;
import org.chroniclesync.support.status.Labels;
import org.chroniclesync.support.status.json.StatusJson;

/** How the node is. */
final class StatusGroup implements Routes.Group {
  private final Services services;

  StatusGroup(Services services) {
    this.services = services;
  }

  @Override
  public void addTo(Routes routes) {
    routes
        .get(Routes.PREFIX + "/status", exchange -> exchange.json(status()))
        .post(
            Routes.PREFIX + "/sync",
            exchange -> {
              services.node().syncNow();
              exchange.nothing();
            });
  }

  ObjectNode status() throws InterruptedException {
    NodeStatus status = services.node().status();
    return StatusJson.of(status, Labels.of(services.namesOrNull(), status));
  }
}
