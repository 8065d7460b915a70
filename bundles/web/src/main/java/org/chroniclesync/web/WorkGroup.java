// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

/** Work that takes long, to be found again. */
final class WorkGroup implements Routes.Group {
  private final Works works;

  WorkGroup(Works works) {
    this.works = works;
  }

  @Override
  public void addTo(Routes routes) {
    routes
        .get(Routes.PREFIX + "/work", exchange -> exchange.json(works.json()))
        .get(
            Routes.PREFIX + "/work/{id}",
            exchange -> exchange.json(works.get(exchange.variable("id")).json()))
        .delete(
            Routes.PREFIX + "/work/{id}",
            exchange -> {
              Works.Work work = works.get(exchange.variable("id"));
              Works.cancel(work);
              exchange.json(work.json());
            });
  }
}
