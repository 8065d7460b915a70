// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.websocket;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.chroniclesync.api.transport.AttemptReport;
import org.chroniclesync.api.transport.AttemptReport.Pair;
import org.chroniclesync.api.transport.AttemptReport.Stage;
import org.jspecify.annotations.Nullable;

/** What one attempt has come to. On the transport's thread. */
final class Course {
  /** TLS over TCP, which WebSockets are spoken over. */
  private static final String PROTOCOL = "wss";

  private static final int NOT_COUNTED = -1;

  private final Instant startedAt = Instant.now();
  private final Map<Candidate, Pair> dials = new LinkedHashMap<>();

  void dialled(Candidate candidate) {
    set(candidate, Pair.State.TRYING, null);
  }

  void missed(Candidate candidate, String why) {
    set(candidate, Pair.State.FAILED, why);
  }

  void reached(Candidate candidate) {
    set(candidate, Pair.State.WORKS, null);
  }

  private void set(Candidate candidate, Pair.State state, @Nullable String why) {
    if (dials.containsKey(candidate) || dials.size() < AttemptReport.MAX_PAIRS) {
      dials.put(
          candidate,
          new Pair(null, shown(candidate), state, NOT_COUNTED, NOT_COUNTED, NOT_COUNTED, why));
    }
  }

  private static AttemptReport.Candidate shown(Candidate candidate) {
    InetAddress address = candidate.address();
    String host = address.getHostAddress();
    return new AttemptReport.Candidate(
        AttemptReport.Candidate.Kind.HOST,
        PROTOCOL,
        (address instanceof Inet6Address ? "[" + host + "]" : host) + ":" + candidate.port());
  }

  AttemptReport report(
      boolean offers, Stage stage, @Nullable Description local, @Nullable Description remote) {
    return new AttemptReport(
        startedAt,
        offers,
        stage,
        candidates(local),
        candidates(remote),
        List.copyOf(dials.values()),
        List.of());
  }

  private static List<AttemptReport.Candidate> candidates(@Nullable Description description) {
    return description == null
        ? List.of()
        : description.candidates().stream().map(Course::shown).toList();
  }
}
