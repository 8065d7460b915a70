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
import org.chroniclesync.support.text.Digests;
import org.jspecify.annotations.Nullable;

/**
 * Links that open the page once, and the browsers that did. Of both only digests are kept. Safe for
 * any thread.
 */
final class Sessions {
  /** More browsers than a person has; the one let in first is forgotten. */
  static final int MAX_SESSIONS = 64;

  static final int MAX_LINKS = 16;

  private static final int TOKEN_BYTES = 32;

  /** 32 bytes in base64. */
  private static final int TOKEN_CHARS = 43;

  private final SecureRandom random = new SecureRandom();
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

  Sessions(Clock clock, Duration linkLength, Duration sessionLength, SessionFile file) {
    this.clock = clock;
    this.linkLength = linkLength;
    this.sessionLength = sessionLength;
    this.file = file;
    this.sessions = file.read();
  }

  /** Draws what opens the page once. */
  synchronized Token link() {
    return draw(links, linkLength, MAX_LINKS);
  }

  /** Takes what opens the page once, and lets the browser in that sent it; null if it is none. */
  synchronized @Nullable Token open(String secret) {
    if (!take(secret)) {
      return null;
    }
    Token session = draw(sessions, sessionLength, MAX_SESSIONS);
    file.write(sessions);
    return session;
  }

  private boolean take(String secret) {
    if (secret.length() != TOKEN_CHARS) {
      return false;
    }
    Instant until = links.remove(digest(secret));
    return until != null && clock.instant().isBefore(until);
  }

  synchronized boolean isOpen(@Nullable String secret) {
    if (secret == null || secret.length() != TOKEN_CHARS) {
      return false;
    }
    Instant until = sessions.get(digest(secret));
    return until != null && clock.instant().isBefore(until);
  }

  /** Lets a browser in no more. */
  synchronized void close(@Nullable String secret) {
    if (secret != null) {
      sessions.remove(digest(secret));
      file.write(sessions);
    }
  }

  /** Lets no browser in any more that was. */
  synchronized void closeAll() {
    sessions.clear();
    file.write(sessions);
    links.clear();
  }

  private Token draw(Map<String, Instant> where, Duration length, int most) {
    Instant now = clock.instant();
    where.values().removeIf(until -> !now.isBefore(until));
    Iterator<String> oldest = where.keySet().iterator();
    for (int left = where.size(); left >= most; left--) {
      oldest.next();
      oldest.remove();
    }
    byte[] bytes = new byte[TOKEN_BYTES];
    random.nextBytes(bytes);
    Token token =
        new Token(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes), now.plus(length));
    where.put(digest(token.secret()), token.until());
    return token;
  }

  /** What is looked up is a digest: how long that takes tells nothing of the secret. */
  private static String digest(String secret) {
    return Digests.sha256Hex(secret);
  }
}
