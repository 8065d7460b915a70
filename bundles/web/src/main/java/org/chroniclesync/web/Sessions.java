// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.chroniclesync.support.text.Digests;
import org.jspecify.annotations.Nullable;

/**
 * Links that open the page once, and the browsers that did. A browser shows a cookie and a key: the
 * cookie it sends to every port of this computer, the key only the page itself can read. Of all
 * only digests are kept. Safe for any thread.
 */
final class Sessions {
  /** More browsers than a person has; the one let in first is forgotten. */
  static final int MAX_SESSIONS = 64;

  static final int MAX_LINKS = 16;

  /** Each page that is open needs one now and then. */
  static final int MAX_TICKETS = 256;

  private static final Duration TICKET_LENGTH = Duration.ofMinutes(1);

  private static final int TOKEN_BYTES = 32;

  /** 32 bytes in base64. */
  private static final int TOKEN_CHARS = 43;

  private final SecureRandom random = new SecureRandom();
  private final Clock clock;
  private final Duration linkLength;
  private final Duration sessionLength;
  private final Map<String, Instant> links = new LinkedHashMap<>();
  private final Map<String, Ticket> tickets = new LinkedHashMap<>();
  private final Map<String, Instant> sessions;
  private final SessionFile file;

  /** A secret and until when it is good. */
  record Token(String secret, Instant until) {
    @Override
    public String toString() {
      return "Token[until=" + until + "]";
    }
  }

  /** What a browser shows; either half is null if it has none. */
  record Held(@Nullable String cookie, @Nullable String key) {
    private @Nullable String digest() {
      return isToken(cookie) && isToken(key) ? Digests.sha256Hex(cookie + key) : null;
    }

    @Override
    public String toString() {
      return "Held[]";
    }
  }

  /**
   * What a browser is let in with.
   *
   * @param held to be shown from now on
   * @param until when
   */
  record Opened(Held held, Instant until) {}

  private record Ticket(String session, Instant until) {}

  Sessions(Clock clock, Duration linkLength, Duration sessionLength, SessionFile file) {
    this.clock = clock;
    this.linkLength = linkLength;
    this.sessionLength = sessionLength;
    this.file = file;
    this.sessions = file.read();
  }

  /** Draws what opens the page once. */
  synchronized Token link() {
    String secret = secret();
    return new Token(secret, keep(links, Digests.sha256Hex(secret), linkLength));
  }

  /** Takes what opens the page once, and lets the browser in that sent it; null if it is none. */
  synchronized @Nullable Opened open(String secret) {
    if (!take(secret)) {
      return null;
    }
    Held held = new Held(secret(), secret());
    Instant until = keep(sessions, Objects.requireNonNull(held.digest()), sessionLength);
    file.write(sessions);
    return new Opened(held, until);
  }

  private boolean take(String secret) {
    if (!isToken(secret)) {
      return false;
    }
    Instant until = links.remove(Digests.sha256Hex(secret));
    return until != null && clock.instant().isBefore(until);
  }

  synchronized boolean isOpen(Held held) {
    return isOpen(held.digest());
  }

  private boolean isOpen(@Nullable String session) {
    Instant until = session == null ? null : sessions.get(session);
    return until != null && clock.instant().isBefore(until);
  }

  /** Draws what stands for an open session in one request that can have no header. */
  synchronized @Nullable String ticket(Held held) {
    String session = held.digest();
    if (session == null || !isOpen(session)) {
      return null;
    }
    Instant now = clock.instant();
    tickets.values().removeIf(one -> !now.isBefore(one.until()));
    makeRoom(tickets, MAX_TICKETS);
    String ticket = secret();
    tickets.put(Digests.sha256Hex(ticket), new Ticket(session, now.plus(TICKET_LENGTH)));
    return ticket;
  }

  /** Takes a ticket; it is good once, and only while its session is open. */
  synchronized boolean redeem(String ticket) {
    Ticket taken = isToken(ticket) ? tickets.remove(Digests.sha256Hex(ticket)) : null;
    return taken != null && clock.instant().isBefore(taken.until()) && isOpen(taken.session());
  }

  /** Lets a browser in no more. */
  synchronized void close(Held held) {
    String session = held.digest();
    if (session != null) {
      sessions.remove(session);
      file.write(sessions);
    }
  }

  /** Lets no browser in any more that was. */
  synchronized void closeAll() {
    sessions.clear();
    file.write(sessions);
    links.clear();
  }

  private Instant keep(Map<String, Instant> where, String digest, Duration length) {
    Instant now = clock.instant();
    where.values().removeIf(until -> !now.isBefore(until));
    makeRoom(where, where == links ? MAX_LINKS : MAX_SESSIONS);
    Instant until = now.plus(length);
    // What is looked up is a digest: how long that takes tells nothing of the secret.
    where.put(digest, until);
    return until;
  }

  private static void makeRoom(Map<String, ?> where, int most) {
    Iterator<String> oldest = where.keySet().iterator();
    for (int left = where.size(); left >= most; left--) {
      oldest.next();
      oldest.remove();
    }
  }

  private String secret() {
    byte[] bytes = new byte[TOKEN_BYTES];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static boolean isToken(@Nullable String text) {
    return text != null && text.length() == TOKEN_CHARS;
  }
}
