// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

/** Closing the page: in one browser, or in all. */
final class SessionGroup implements Routes.Group {
  private final Gate gate;
  private final Sessions sessions;

  SessionGroup(Gate gate, Sessions sessions) {
    this.gate = gate;
    this.sessions = sessions;
  }

  @Override
  public void addTo(Routes routes) {
    routes
        .delete(
            Routes.PREFIX + "/session",
            exchange -> {
              sessions.close(gate.session(exchange.request()));
              forget(exchange);
            })
        .delete(
            Routes.PREFIX + "/sessions",
            exchange -> {
              sessions.closeAll();
              forget(exchange);
            });
  }

  private static void forget(Exchange exchange) {
    Gate.setCookie(exchange.request(), exchange.response(), "", 0);
    exchange.nothing();
  }
}
