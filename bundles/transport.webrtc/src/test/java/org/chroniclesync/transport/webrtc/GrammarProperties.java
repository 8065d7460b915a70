// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.webrtc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import net.jqwik.api.statistics.Statistics;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.api.transport.Link;
import org.chroniclesync.api.transport.LinkEvent;
import org.chroniclesync.api.transport.Peering;
import org.jspecify.annotations.Nullable;

/**
 * What clients say, changed at random. For more than the thousand of each that the build takes:
 * {@code -Djqwik.tries.default=1000000}.
 */
class GrammarProperties {
  private static final Set<String> SENTENCES =
      Set.of(
          "is not in the form that WebRTC clients use",
          "is none for a data channel",
          "names no certificate, or several; it was tampered with");

  private static final int MAX_LINE = 1_024;
  private static @Nullable WebRtcTransport transport;

  @BeforeContainer
  static void start() {
    transport = new WebRtcTransport(Pair.config(Map.of()));
  }

  @AfterContainer
  static void stop() {
    if (transport != null) {
      transport.deactivate();
    }
  }

  @Provide
  Arbitrary<String> descriptions() {
    return Arbitraries.oneOf(changedDescriptions(), Arbitraries.strings().ofMaxLength(200));
  }

  @Provide
  Arbitrary<String> changedDescriptions() {
    return Mutations.of(Clients.descriptions().map(Clients::description).toList());
  }

  @Provide
  Arbitrary<String> candidates() {
    return Arbitraries.oneOf(
        Mutations.of(Clients.candidates().toList()), Arbitraries.strings().ofMaxLength(200));
  }

  @Property
  void whatIsReadIsWrittenAsAKnownFormAndWhatIsNotEndsInAFixedSentence(
      @ForAll("descriptions") String sdp) throws Exception {
    Description read;
    try {
      read = Description.parse(sdp);
    } catch (Description.Refused e) {
      assertThat(SENTENCES).contains(e.getMessage());
      return;
    }

    String written = read.sdp();
    for (String line : written.split("\r\n", -1)) {
      assertThat(line).matches("([a-z]=[ -~]+)?").hasSizeLessThanOrEqualTo(MAX_LINE);
    }
    assertThat(written.split("fingerprint", -1)).hasSize(2);
    assertThat(Description.parse(written).with(read.candidates()).sdp()).isEqualTo(written);
  }

  @Property
  void aCandidateIsReadAsItIsWrittenOrNotAtAll(@ForAll("candidates") String text) {
    IceCandidate read = IceCandidate.parse(text);
    if (read == null) {
      return;
    }

    String line = read.line();
    assertThat(line).matches("[ -~]+").hasSizeLessThanOrEqualTo(MAX_LINE);
    assertThat(IceCandidate.parse(line)).isEqualTo(read);
    assertThat(read.host().text()).matches("[0-9a-f:.]+|[0-9a-f-]{36}\\.local");
  }

  /** With the real library: nothing of it ends the process, and each attempt comes to an end. */
  @Property
  void theLibrarySurvivesWhatTheGrammarLetsThrough(
      @ForAll("changedDescriptions") String sdp,
      @ForAll("candidates") String candidate,
      @ForAll boolean proven)
      throws Exception {
    if (sdp.length() > Signal.MAX_SDP_CHARS || transport == null) {
      return;
    }
    BlockingQueue<LinkEvent> events = new LinkedBlockingQueue<>();
    Peering peering = new Peering(new PeerId("node.a"), new PeerId("b"), true, proven);
    try (Link link = transport.link(peering, Told.into(events))) {
      link.signal(new Signal.Candidate("0", 0, candidate));
      link.signal(new Signal.Offer(sdp, false));
      link.signal(new Signal.Candidate("0", 0, candidate));

      LinkEvent event = events.poll(60, TimeUnit.SECONDS);

      assertThat(event).isNotNull();
      Statistics.label("answered")
          .collect(event instanceof LinkEvent.SignalOut)
          .coverage(coverage -> coverage.check(true).percentage(share -> share > 10));
      if (event instanceof LinkEvent.Failed failed) {
        assertThat(failed.why()).doesNotContain("an error of this node");
      }
    }
  }
}
