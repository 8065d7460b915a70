// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.chroniclesync.support.network.IpLiteral;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask what. Browsers of the place only, by a name of this computer: another name that leads
 * here belongs to a page that tries to pass for this one.
 */
final class Gate {
  /** Pages of others cannot send it, unless the node agreed, which it never does. Has the key. */
  static final String OWN_HEADER = "X-ChronicleSync";

  private static final Set<String> READING = Set.of("GET", "HEAD");
  private static final Set<String> OWN_SITES = Set.of("same-origin", "none");

  private final Place place;
  private final Tickets tickets;

  Gate(Place place, Clock clock) {
    this.place = place;
    this.tickets = new Tickets(clock);
  }

  Place place() {
    return place;
  }

  /** What holds for all that is asked. */
  void admit(HttpServletRequest request) {
    InetAddress from = address(request.getRemoteAddr());
    if (from == null || !place.admits(from, address(request.getLocalAddr()))) {
      throw place.stranger();
    }
    if (!place.isNamed(authority(request), request)) {
      throw Problem.wrongHost();
    }
  }

  /** Without the name of a network of this computer, and without brackets. */
  static @Nullable InetAddress address(@Nullable String text) {
    return text == null ? null : IpLiteral.parse(text.replaceAll("[\\[\\]]|%.*", ""));
  }

  private static String authority(HttpServletRequest request) {
    String host = request.getHeader("Host");
    return host == null ? "" : host.toLowerCase(Locale.ROOT);
  }

  /** What holds for the history and all that is done with it. Returns the session. */
  String requireSession(HttpServletRequest request) {
    String ticket =
        request.getMethod().equals("GET")
            ? Query.parse(request.getQueryString()).get("ticket")
            : null;
    String session = ticket == null ? held(request).digest() : tickets.redeem(ticket);
    if (session == null || !place.isIn(session)) {
      throw place.closed();
    }
    return session;
  }

  /** Draws what stands for a session in one request that can have no header. */
  String ticket(String session) {
    return tickets.draw(session);
  }

  /** What holds for all of the API. */
  void requireOwnPage(HttpServletRequest request) {
    String origin = request.getHeader("Origin");
    String site = request.getHeader("Sec-Fetch-Site");
    boolean foreign =
        (origin != null
                && !origin.equalsIgnoreCase(request.getScheme() + "://" + authority(request)))
            || (site != null && !OWN_SITES.contains(site));
    if (foreign) {
      throw Problem.forbidden(
          Code.OTHER_PAGE,
          "Another page of the web asked for this.",
          "Nobody but this page may; close the other.");
    }
    if (!READING.contains(request.getMethod()) && request.getHeader(OWN_HEADER) == null) {
      throw Problem.forbidden(
          Code.REQUEST,
          "The header " + OWN_HEADER + " is missing, by which the page shows that it is asking.",
          "Send " + OWN_HEADER + " with the key of the session.");
    }
  }

  private Sessions.Held held(HttpServletRequest request) {
    return new Sessions.Held(cookie(request), request.getHeader(OWN_HEADER));
  }

  private @Nullable String cookie(HttpServletRequest request) {
    Cookie[] cookies = request.getCookies();
    if (cookies == null) {
      return null;
    }
    String name = place.cookie(request.getLocalPort());
    for (Cookie cookie : cookies) {
      if (cookie.getName().equals(name)) {
        return cookie.getValue();
      }
    }
    return null;
  }

  /** Gives a browser its cookie and its key, which only the page itself can read. */
  void letIn(HttpServletRequest request, HttpServletResponse response, Sessions.Opened opened) {
    long seconds = Duration.between(Instant.now(), opened.until()).toSeconds();
    String cookie = Objects.requireNonNull(opened.held().cookie());
    setCookie(request, response, cookie, Math.max(1, seconds));
    response.setHeader(OWN_HEADER, Objects.requireNonNull(opened.held().key()));
  }

  void setCookie(
      HttpServletRequest request, HttpServletResponse response, String value, long seconds) {
    response.addHeader(
        "Set-Cookie",
        "%s=%s; Path=/; Max-Age=%d; HttpOnly; SameSite=Strict%s"
            .formatted(
                place.cookie(request.getLocalPort()),
                value,
                seconds,
                request.isSecure() ? "; Secure" : ""));
  }
}
