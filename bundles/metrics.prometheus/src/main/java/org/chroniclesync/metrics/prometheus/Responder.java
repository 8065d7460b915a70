// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.metrics.prometheus;

import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.chroniclesync.api.sync.NodeStatus;
import org.chroniclesync.support.metrics.Metrics.Form;
import org.chroniclesync.support.network.HostHeader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers requests. Safe for any thread.
 *
 * @param status what is answered from
 * @param authorities the Host headers that are answered besides addresses
 */
record Responder(Supplier<NodeStatus> status, Set<String> authorities) {
  private static final Logger LOG = LoggerFactory.getLogger(Responder.class);
  private static final String PATH = "/metrics";

  Response answer(@Nullable Request request) {
    if (request == null) {
      return Response.sentence("400 Bad Request", "This is no request that is understood.");
    }
    String host = Objects.requireNonNullElse(request.header("host"), "");
    if (!HostHeader.isAddress(host) && !authorities.contains(host.toLowerCase(Locale.ROOT))) {
      // Of a page whose name was made to point here, the browser tells the name.
      return Response.sentence(
          "421 Misdirected Request",
          "This node is not known by that name; authorities of"
              + " org.chroniclesync.metrics.prometheus can allow it.");
    }
    if (isOfPage(request)) {
      return Response.sentence("403 Forbidden", "Pages may not read this.");
    }
    if (!request.path().equals(PATH)) {
      return Response.sentence("404 Not Found", "The numbers are at " + PATH + ".");
    }
    if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
      return Response.sentence("405 Method Not Allowed", "This can only be read.");
    }
    return numbers(request.header("accept"));
  }

  /** A person who types the address into a browser is none. */
  private static boolean isOfPage(Request request) {
    String site = request.header("sec-fetch-site");
    return request.header("origin") != null
        || (site != null && !site.equals("none") && !site.equals("same-origin"));
  }

  private Response numbers(@Nullable String accept) {
    try {
      Form form = Form.accepted(accept);
      return new Response("200 OK", form.contentType(), Numbers.of(status.get()).in(form));
    } catch (RuntimeException | Error e) {
      LOG.warn("The node did not tell its status.", e);
      return Response.sentence(
          "500 Internal Server Error", "The node did not tell its status; its log says why.");
    }
  }
}
