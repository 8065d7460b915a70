// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.chroniclesync.support.text.Digests;
import org.jspecify.annotations.Nullable;

/**
 * What stands for a session in one request that can have no header, such as for a stream or a file.
 * Only digests are kept. Safe for any thread.
 */
final class Tickets {
  /** Each page that is open needs one now and then. */
  static final int MAX_TICKETS = 256;

  private static final Duration LENGTH = Duration.ofMinutes(1);

  private final Clock clock;
  private final Map<String, Ticket> tickets = new LinkedHashMap<>();

  private record Ticket(String session, Instant until) {}

  Tickets(Clock clock) {
    this.clock = clock;
  }

  synchronized String draw(String session) {
    Instant now = clock.instant();
    tickets.values().removeIf(one -> !now.isBefore(one.until()));
    Iterator<String> oldest = tickets.keySet().iterator();
    for (int left = tickets.size(); left >= MAX_TICKETS; left--) {
      oldest.next();
      oldest.remove();
    }
    String ticket = Secret.draw();
    tickets.put(Digests.sha256Hex(ticket), new Ticket(session, now.plus(LENGTH)));
    return ticket;
  }

  /** Takes a ticket, which is good once; returns the session that it stands for, or null. */
  synchronized @Nullable String redeem(String ticket) {
    Ticket taken = Secret.isWhole(ticket) ? tickets.remove(Digests.sha256Hex(ticket)) : null;
    return taken != null && clock.instant().isBefore(taken.until()) ? taken.session() : null;
  }
}
