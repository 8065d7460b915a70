// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Set;
import org.chroniclesync.support.network.IpLiteral;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask what. Browsers of this computer only, by a name of this computer: another name that
 * leads here belongs to a page that tries to pass for this one.
 */
final class Gate {
  /** Pages of others cannot send it, unless the node agreed, which it never does. Has the key. */
  static final String OWN_HEADER = "X-ChronicleSync";

  private static final Set<String> READING = Set.of("GET", "HEAD");
  private static final Set<String> OWN_SITES = Set.of("same-origin", "none");
  private static final String COOKIE = "chroniclesync-";

  private final Set<String> authorities;
  private final Sessions sessions;

  Gate(Set<String> authorities, Sessions sessions) {
    this.authorities = Set.copyOf(authorities);
    this.sessions = sessions;
  }

  /** What holds for all that is asked. */
  void admit(HttpServletRequest request) {
    InetAddress from =
        IpLiteral.parse(String.valueOf(request.getRemoteAddr()).replaceAll("[\\[\\]]", ""));
    if (from == null || !from.isLoopbackAddress()) {
      throw Problem.forbidden(
          "The page is for browsers of the computer that the node runs on.", "Open it there.");
    }
    if (!isOwn(authority(request), request.getLocalPort())) {
      throw Problem.wrongHost();
    }
  }

  private boolean isOwn(String authority, int port) {
    String end = ":" + port;
    return authority.equals("127.0.0.1" + end)
        || authority.equals("localhost" + end)
        || authority.equals("[::1]" + end)
        || authorities.contains(authority);
  }

  private static String authority(HttpServletRequest request) {
    String host = request.getHeader("Host");
    return host == null ? "" : host.toLowerCase(Locale.ROOT);
  }

  /** What holds for the history and all that is done with it. */
  void admitToApi(HttpServletRequest request) {
    requireOwnPage(request);
    String ticket =
        request.getMethod().equals("GET")
            ? Query.parse(request.getQueryString()).get("ticket")
            : null;
    if (ticket == null ? !sessions.isOpen(held(request)) : !sessions.redeem(ticket)) {
      throw Problem.noSession();
    }
  }

  private static void requireOwnPage(HttpServletRequest request) {
    String origin = request.getHeader("Origin");
    String site = request.getHeader("Sec-Fetch-Site");
    boolean foreign =
        (origin != null
                && !origin.equalsIgnoreCase(request.getScheme() + "://" + authority(request)))
            || (site != null && !OWN_SITES.contains(site));
    if (foreign) {
      throw Problem.forbidden(
          "Another page of the web asked for this.", "Nobody but this page may; close the other.");
    }
    if (!READING.contains(request.getMethod()) && request.getHeader(OWN_HEADER) == null) {
      throw Problem.forbidden(
          "The header " + OWN_HEADER + " is missing, by which the page shows that it is asking.",
          "Send " + OWN_HEADER + " with the key of the session.");
    }
  }

  /** What the browser shows. */
  Sessions.Held held(HttpServletRequest request) {
    return new Sessions.Held(session(request), request.getHeader(OWN_HEADER));
  }

  private static @Nullable String session(HttpServletRequest request) {
    Cookie[] cookies = request.getCookies();
    if (cookies == null) {
      return null;
    }
    String name = cookie(request);
    for (Cookie cookie : cookies) {
      if (cookie.getName().equals(name)) {
        return cookie.getValue();
      }
    }
    return null;
  }

  /** Browsers do not part cookies by port, and two nodes on one computer have one each. */
  private static String cookie(HttpServletRequest request) {
    return COOKIE + request.getLocalPort();
  }

  static void setCookie(
      HttpServletRequest request, HttpServletResponse response, String value, long seconds) {
    response.addHeader(
        "Set-Cookie",
        "%s=%s; Path=/; Max-Age=%d; HttpOnly; SameSite=Strict%s"
            .formatted(cookie(request), value, seconds, request.isSecure() ? "; Secure" : ""));
  }
}
