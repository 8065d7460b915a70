// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import java.io.IOException;

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
        .post(Routes.PREFIX + "/tickets", this::ticket)
        .delete(
            Routes.PREFIX + "/session",
            exchange -> {
              sessions.close(gate.held(exchange.request()));
              forget(exchange);
            })
        .delete(
            Routes.PREFIX + "/sessions",
            exchange -> {
              sessions.closeAll();
              forget(exchange);
            });
  }

  /** For a stream or a file, which a browser asks for without a header. */
  private void ticket(Exchange exchange) throws IOException {
    String ticket = sessions.ticket(gate.held(exchange.request()));
    if (ticket == null) {
      throw Problem.noSession();
    }
    exchange.json(Json.object().put("ticket", ticket));
  }

  private static void forget(Exchange exchange) {
    Gate.setCookie(exchange.request(), exchange.response(), "", 0);
    exchange.nothing();
  }
}
