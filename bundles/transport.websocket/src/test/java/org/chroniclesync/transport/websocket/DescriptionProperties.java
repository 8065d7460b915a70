// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;

/** What a node says of itself, changed at random. */
class DescriptionProperties {
  private static final List<String> TOKENS =
      List.of(
          "",
          " ",
          "\r",
          "\n",
          "\0",
          ":",
          "a=",
          "m=",
          "0",
          "-1",
          "65536",
          "99999999999999999999",
          "999.1.1.1",
          "0.0.0.0",
          "::",
          "::1",
          "fe80::1",
          "224.0.0.1",
          "a.example",
          "A".repeat(300),
          "m=application 9 TLS/TCP/WSS chroniclesync\r\n",
          "a=candidate:1 1 tcp 1 1.2.3.4 99 typ host tcptype passive\r\n".repeat(30));

  private static String whole() throws UnknownHostException {
    return new Description(
            "0123456789abcdef".repeat(2),
            new Fingerprint(String.join(":", Collections.nCopies(32, "AB"))),
            Description.MAX_MESSAGE_BYTES,
            40_123,
            List.of(
                new Candidate(InetAddress.getByName("192.0.2.1"), 40_123),
                new Candidate(InetAddress.getByName("2001:db8::1"), 99)))
        .sdp();
  }

  private record Edit(double at, int removed, String inserted) {
    String applyTo(String text) {
      int from = (int) (at * text.length());
      return text.substring(0, from)
          + inserted
          + text.substring(Math.min(text.length(), from + removed));
    }
  }

  @Provide
  Arbitrary<String> descriptions() throws UnknownHostException {
    String whole = whole();
    Arbitrary<Edit> edits =
        Combinators.combine(
                Arbitraries.doubles().between(0, 1),
                Arbitraries.integers().between(0, 6),
                Arbitraries.oneOf(
                    Arbitraries.of(TOKENS), Arbitraries.strings().ofMaxLength(4).ascii()))
            .as(Edit::new);
    return edits
        .list()
        .ofMaxSize(3)
        .map(
            all -> {
              String changed = whole;
              for (Edit edit : all) {
                changed = edit.applyTo(changed);
              }
              return changed;
            });
  }

  @Property
  void whatIsReadIsBoundedAndReadTheSameAgain(@ForAll("descriptions") String sdp) {
    Description read = Description.parse(sdp);
    Statistics.label("read")
        .collect(read != null)
        .coverage(coverage -> coverage.check(true).percentage(share -> share > 10));
    if (read == null) {
      return;
    }

    assertThat(read.candidates()).hasSizeLessThanOrEqualTo(Description.MAX_CANDIDATES);
    assertThat(read.maxMessageBytes()).isBetween(16_384, Description.MAX_MESSAGE_BYTES);
    for (Candidate candidate : read.candidates()) {
      assertThat(candidate.port()).isBetween(1, 65_535);
      assertThat(candidate.address().isAnyLocalAddress()).isFalse();
      assertThat(candidate.address().isMulticastAddress()).isFalse();
      assertThat(candidate.address().isLinkLocalAddress()).isFalse();
    }
    assertThat(Description.parse(read.sdp())).isEqualTo(read);
  }
}
