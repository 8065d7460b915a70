// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import java.io.IOException;
import java.util.Arrays;
import org.chroniclesync.api.page.Sharing;

/** The browsers that are let in. */
final class SessionGroup implements Routes.Group {
  static final String PATH = Routes.PREFIX + "/session";

  @Override
  public void addTo(Routes routes) {
    routes
        .get(
            PATH,
            exchange ->
                exchange.json(
                    Json.object()
                        .put("place", exchange.gate().place().isHouse() ? "house" : "computer")))
        .post(PATH, SessionGroup::signIn)
        .post(
            Routes.PREFIX + "/tickets",
            exchange ->
                exchange.json(
                    Json.object().put("ticket", exchange.gate().ticket(exchange.session()))))
        .delete(
            PATH,
            exchange -> {
              exchange.gate().place().close(exchange.session());
              forget(exchange);
            })
        .delete(
            Routes.PREFIX + "/sessions",
            exchange -> {
              exchange.gate().place().closeAll();
              forget(exchange);
            });
  }

  private static void signIn(Exchange exchange) throws IOException {
    char[] password =
        Body.of(exchange.body(), "password")
            .required("password", Sharing.MAX_PASSWORD_CHARS)
            .toCharArray();
    try {
      exchange.gate().place().signIn(exchange, password);
    } finally {
      Arrays.fill(password, '\0');
    }
    exchange.nothing();
  }

  private static void forget(Exchange exchange) {
    exchange.gate().setCookie(exchange.request(), exchange.response(), "", 0);
    exchange.nothing();
  }
}
