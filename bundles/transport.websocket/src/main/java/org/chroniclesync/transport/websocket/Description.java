// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.websocket;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an offer or an answer says of its maker; see the wire's specification, section 3.
 *
 * @param id names the attempt at its maker; whoever connects says it
 * @param fingerprint of the certificate that its maker will show
 * @param maxMessageBytes how long a message its maker takes
 * @param port where it listens, 9 for nowhere
 * @param candidates where it may be reached
 */
record Description(
    String id, Fingerprint fingerprint, int maxMessageBytes, int port, List<Candidate> candidates) {
  static final int MAX_CANDIDATES = 16;
  static final int MAX_MESSAGE_BYTES = 262_144;

  /** RFC 4145: the port of one that only connects. */
  static final int NO_PORT = 9;

  /** Whoever took less would make a session crawl. */
  private static final int LEAST_MESSAGE_BYTES = 16_384;

  private static final Pattern MEDIA =
      Pattern.compile("(?m)^m=application \\d{1,5} TLS/TCP/WSS chroniclesync\\r?$");
  private static final Pattern ANY_MEDIA = Pattern.compile("(?m)^m=");
  private static final Pattern ID = Pattern.compile("(?m)^a=connection:([0-9a-f]{32})\\r?$");
  private static final Pattern FINGERPRINT =
      Pattern.compile("(?mi)^a=fingerprint:sha-256 ([0-9a-f:]{95})\\r?$");
  private static final Pattern MESSAGE_BYTES =
      Pattern.compile("(?m)^a=max-message-size:(\\d{1,18})\\r?$");
  private static final Pattern CANDIDATE =
      Pattern.compile(
          "(?m)^a=candidate:\\S{1,32} 1 tcp \\d{1,10} ([0-9a-fA-F:.]{2,45}) (\\d{1,5})"
              + " typ host tcptype passive\\r?$");

  /** Tells whether this is a description of this technology, be it good or bad. */
  static boolean isOne(String sdp) {
    return MEDIA.matcher(sdp).find();
  }

  /** Returns null if it cannot be used. */
  static @Nullable Description parse(String sdp) {
    String id = first(ID, sdp);
    String print = first(FINGERPRINT, sdp);
    Fingerprint fingerprint = print == null ? null : Fingerprint.parse(print);
    int maxMessageBytes = maxMessageBytes(sdp);
    boolean one = isOne(sdp) && ANY_MEDIA.matcher(sdp).results().count() == 1;
    if (!one || id == null || fingerprint == null || maxMessageBytes < LEAST_MESSAGE_BYTES) {
      return null;
    }
    return new Description(id, fingerprint, maxMessageBytes, NO_PORT, candidates(sdp));
  }

  private static int maxMessageBytes(String sdp) {
    String stated = first(MESSAGE_BYTES, sdp);
    return stated == null ? 0 : (int) Math.min(Long.parseLong(stated), MAX_MESSAGE_BYTES);
  }

  private static List<Candidate> candidates(String sdp) {
    List<Candidate> all = new ArrayList<>();
    Matcher matcher = CANDIDATE.matcher(sdp);
    for (int seen = 0; seen < MAX_CANDIDATES && matcher.find(); seen++) {
      InetAddress address = Addresses.reachable(matcher.group(1));
      int port = Integer.parseInt(matcher.group(2));
      if (address != null && port >= 1 && port <= 65_535) {
        all.add(new Candidate(address, port));
      }
    }
    return List.copyOf(all);
  }

  private static @Nullable String first(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? matcher.group(1) : null;
  }

  String sdp() {
    StringBuilder sdp =
        new StringBuilder("v=0\r\no=- 0 0 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n")
            .append("m=application ")
            .append(port)
            .append(" TLS/TCP/WSS chroniclesync\r\nc=IN IP4 0.0.0.0\r\n")
            .append("a=connection:")
            .append(id)
            .append("\r\na=fingerprint:sha-256 ")
            .append(fingerprint.value())
            .append("\r\na=max-message-size:")
            .append(maxMessageBytes)
            .append("\r\n");
    int number = 0;
    for (Candidate candidate : candidates) {
      number++;
      sdp.append("a=candidate:")
          .append(number)
          .append(" 1 tcp ")
          .append(MAX_CANDIDATES - number + 1)
          .append(' ')
          .append(Addresses.text(candidate.address()))
          .append(' ')
          .append(candidate.port())
          .append(" typ host tcptype passive\r\n");
    }
    return sdp.toString();
  }
}
