// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
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

  private final Clock clock;
  private final Duration linkLength;
  private final Duration sessionLength;
  private final Map<String, Instant> links = new LinkedHashMap<>();
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
    static Held draw() {
      return new Held(Secret.draw(), Secret.draw());
    }

    /** By which the session is known, or null if these are none. */
    @Nullable String digest() {
      return Secret.isWhole(cookie) && Secret.isWhole(key) ? Digests.sha256Hex(cookie + key) : null;
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

  Sessions(Clock clock, Duration linkLength, Duration sessionLength, SessionFile file) {
    this.clock = clock;
    this.linkLength = linkLength;
    this.sessionLength = sessionLength;
    this.file = file;
    this.sessions = file.read();
  }

  /** Draws what opens the page once. */
  synchronized Token link() {
    String secret = Secret.draw();
    return new Token(secret, keep(links, Digests.sha256Hex(secret), linkLength));
  }

  /** Takes what opens the page once, and lets the browser in that sent it; null if it is none. */
  synchronized @Nullable Opened open(String secret) {
    if (!take(secret)) {
      return null;
    }
    Held held = Held.draw();
    Instant until = keep(sessions, Objects.requireNonNull(held.digest()), sessionLength);
    file.write(sessions);
    return new Opened(held, until);
  }

  private boolean take(String secret) {
    if (!Secret.isWhole(secret)) {
      return false;
    }
    Instant until = links.remove(Digests.sha256Hex(secret));
    return until != null && clock.instant().isBefore(until);
  }

  synchronized boolean isOpen(Held held) {
    return isOpen(held.digest());
  }

  synchronized boolean isOpen(@Nullable String session) {
    Instant until = session == null ? null : sessions.get(session);
    return until != null && clock.instant().isBefore(until);
  }

  /** Lets a browser in no more. */
  synchronized void close(Held held) {
    String session = held.digest();
    if (session != null) {
      close(session);
    }
  }

  synchronized void close(String session) {
    sessions.remove(session);
    file.write(sessions);
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
}
