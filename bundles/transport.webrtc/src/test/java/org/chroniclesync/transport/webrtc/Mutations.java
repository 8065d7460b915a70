// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.webrtc;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** What clients say, changed in a few places. */
final class Mutations {
  /** What a parser of descriptions may stumble over. */
  private static final List<String> TOKENS =
      List.of(
          "",
          " ",
          "\r",
          "\n",
          "\r\n",
          "\0",
          "\u2028",
          ":",
          "=",
          "0",
          "-1",
          "65535",
          "65536",
          "4294967295",
          "99999999999999999999",
          "a=",
          "m=",
          "v=0\r\n",
          "x",
          "%s%n",
          "udp",
          "tcp",
          " tcptype passive",
          " tcptype active",
          "::",
          "::1",
          "0.0.0.0",
          "255.255.255.255",
          "1.2.3.4",
          "fe80::1%eth0",
          ".local",
          "actpass",
          "active",
          "passive",
          "DTLS/SCTP 5000",
          "a=fingerprint:sha-256 ",
          "a=sctp-port:1\r\n",
          "a=sctpmap:5000 webrtc-datachannel 1024\r\n",
          "a=max-message-size:0\r\n",
          "a=ice-options:trickle renomination ice2\r\n",
          "a=ice-lite\r\n",
          "a=end-of-candidates\r\n",
          "a=rtcp-mux\r\n",
          "a=identity:AAAA\r\n",
          "a=simulcast:send 1\r\n",
          "a=candidate:1 1 udp 1 1.2.3.4 5000 typ relay\r\n",
          "A".repeat(300),
          "a=x\r\n".repeat(50));

  /** A change: at some part of the text, so many characters make way for a token. */
  private record Edit(double at, int removed, String inserted) {
    String applyTo(String text) {
      int from = (int) (at * text.length());
      int to = Math.min(text.length(), from + removed);
      return text.substring(0, from) + inserted + text.substring(to);
    }
  }

  private Mutations() {}

  static Arbitrary<String> of(List<String> corpus) {
    Arbitrary<Edit> edits =
        Combinators.combine(
                Arbitraries.doubles().between(0, 1),
                Arbitraries.frequencyOf(
                    Tuple.of(3, Arbitraries.integers().between(0, 4)),
                    Tuple.of(1, Arbitraries.integers().between(0, 200))),
                Arbitraries.oneOf(
                    Arbitraries.of(TOKENS),
                    Arbitraries.strings().ofMinLength(1).ofMaxLength(4).ascii(),
                    Arbitraries.of(corpus).map(text -> text.substring(text.length() / 2))))
            .as(Edit::new);
    return Combinators.combine(Arbitraries.of(corpus), edits.list().ofMinSize(0).ofMaxSize(3))
        .as(
            (text, all) -> {
              String changed = text;
              for (Edit edit : all) {
                changed = edit.applyTo(changed);
              }
              return changed;
            });
  }
}
