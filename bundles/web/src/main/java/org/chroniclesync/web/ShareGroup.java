// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import java.io.IOException;
import java.util.Arrays;
import org.chroniclesync.api.page.Sharing;
import org.chroniclesync.support.status.json.ShareJson;

/** The page in the house, for its owner: on or off, the password, and who has signed in. */
final class ShareGroup implements Routes.Group {
  private static final String PATH = Routes.PREFIX + "/share";
  private static final int ANY_PORT = 65_535;

  private final Sharing sharing;

  ShareGroup(Sharing sharing) {
    this.sharing = sharing;
  }

  @Override
  public void addTo(Routes routes) {
    routes
        .get(PATH, exchange -> exchange.json(ShareJson.of(sharing.state())))
        .put(PATH, this::change)
        .delete(
            PATH + "/guests",
            exchange -> {
              sharing.endAll();
              exchange.nothing();
            })
        .delete(
            PATH + "/guests/{id}",
            exchange -> {
              if (!sharing.end(exchange.variable("id"))) {
                throw Problem.unknown(
                    Code.GUEST_GONE,
                    "This browser is not signed in any more.",
                    "GET /api/v1/share lists them.");
              }
              exchange.nothing();
            });
  }

  private void change(Exchange exchange) throws IOException {
    Body body = Body.of(exchange.body(), "on", "port", "password");
    String password = body.text("password", Sharing.MAX_PASSWORD_CHARS);
    boolean on = body.flag("on", sharing.state().on());
    int port = (int) body.number("port", 0, 0, ANY_PORT);
    try {
      if (password != null) {
        set(password);
      }
      if (on) {
        sharing.turnOn(port);
      } else {
        sharing.turnOff();
      }
    } catch (IllegalArgumentException e) {
      throw Problem.wrong(Code.SHARE_REFUSED, e);
    } catch (IllegalStateException e) {
      throw Problem.conflict(Code.SHARE_REFUSED, Problem.sentence(e), "Correct it and try again.");
    }
    exchange.json(ShareJson.of(sharing.state()));
  }

  private void set(String password) {
    char[] characters = password.toCharArray();
    try {
      sharing.setPassword(characters);
    } finally {
      Arrays.fill(characters, '\0');
    }
  }
}
