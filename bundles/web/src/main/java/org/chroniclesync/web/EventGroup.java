// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.function.BooleanSupplier;

/** What changes, as server-sent events. */
final class EventGroup implements Routes.Group {
  private final EventStreams streams;

  EventGroup(EventStreams streams) {
    this.streams = streams;
  }

  @Override
  public void addTo(Routes routes) {
    routes.get(Routes.PREFIX + "/events", this::events);
  }

  private void events(Exchange exchange) throws IOException {
    HttpServletResponse response = exchange.response();
    EventStream stream =
        new EventStream(
            exchange.request().startAsync(),
            response.getOutputStream(),
            streams::remove,
            isIn(exchange));
    try {
      streams.add(stream);
    } catch (Problem problem) {
      Exchange.send(response, problem);
      exchange.request().getAsyncContext().complete();
      return;
    }
    response.setContentType("text/event-stream");
    response.setCharacterEncoding("UTF-8");
    stream.begin();
  }

  /** The request itself is used again by others before the stream ends. */
  private static BooleanSupplier isIn(Exchange exchange) {
    Place place = exchange.gate().place();
    String session = exchange.session();
    return () -> place.isIn(session);
  }
}
