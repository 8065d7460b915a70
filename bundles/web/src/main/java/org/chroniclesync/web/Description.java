// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import java.io.IOException;
import java.io.InputStream;

/** The description of the API as OpenAPI 3.1. */
final class Description implements Routes.Group {
  static final String FILE = "openapi.json";

  @Override
  public void addTo(Routes routes) {
    routes.get(
        Routes.PREFIX + "/openapi.json",
        exchange -> Exchange.send(exchange.response(), Exchange.JSON_TYPE, read()));
  }

  static byte[] read() throws IOException {
    try (InputStream in = Description.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IOException("the bundle lacks " + FILE);
      }
      return in.readAllBytes();
    }
  }
}
