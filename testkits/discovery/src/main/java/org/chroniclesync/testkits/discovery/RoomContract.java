// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.chroniclesync.api.discovery.Credentials;
import org.chroniclesync.api.discovery.DiscoveryEvent.PeerSeen;
import org.chroniclesync.api.discovery.Membership;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.chroniclesync.api.discovery.Signal;
import org.junit.jupiter.api.Test;

/**
 * The rules 13 to 16 of {@link Membership}, for a discovery that finds peers without a person's
 * help; and those before. Rule 3 once more, since here there are peers to be heard.
 */
public abstract class RoomContract extends DiscoveryContract {
  private static final NodeCredentials NODE = NodeCredentials.create();
  private static final NodeCredentials OTHER_NODE = NODE.another();
  private static final PeerId ANN = NODE.peer();
  private static final PeerId BOB = OTHER_NODE.peer();

  /** A client of version 1. */
  private static final PeerId CID = new PeerId("Cid ü/?&=%#\"\\");

  private static final int IN_ORDER = 100;
  private static final int FLOOD = 5_000;

  private record Member(PeerId self, Listener heard, Membership membership) {}

  @Test
  void rule03AListenerThatThrowsAnErrorHearsOfPeersAllTheSame() throws Exception {
    RoomId room = room();
    Listener heard = new Listener();
    take()
        .discovery()
        .join(
            room,
            NODE,
            event -> {
              heard.accept(event);
              throw new NoClassDefFoundError("an error of a listener, as the test wants");
            });
    heard.awaitAny();
    Member bob = join(room, BOB);
    bob.heard.awaitSeen(ANN);
    heard.awaitSeen(BOB);
    for (int i = 0; i < 3; i++) {
      Signal signal = new Signal.Answer("number " + i);
      bob.membership.signal(ANN, signal);
      heard.awaitSignal(BOB, signal);
    }
    bob.membership.close();
    heard.awaitGone(BOB);
  }

  @Test
  void rule13MembersSeeEachOtherAndNobodyElse() throws Exception {
    RoomId room = room();
    Member ann = join(room, ANN);
    Member bob = join(room, BOB);
    Member elsewhere = join(room(), CID);
    ann.heard.awaitSeen(BOB);
    bob.heard.awaitSeen(ANN);
    Member cid = join(room, CID);
    ann.heard.awaitSeen(CID);
    bob.heard.awaitSeen(CID);
    cid.heard.awaitSeen(ANN);
    cid.heard.awaitSeen(BOB);
    bob.membership.close();
    ann.heard.awaitGone(BOB);
    cid.heard.awaitGone(BOB);
    for (Member member : List.of(ann, bob, cid)) {
      assertThat(member.heard.events()).doesNotContain(new PeerSeen(member.self));
    }
    assertThat(elsewhere.heard.events()).noneMatch(PeerSeen.class::isInstance);
  }

  @Test
  void rule13NodesMeetInARoomOfTheirOwn() throws Exception {
    Member ann = join(NODE.room(), ANN);
    Member bob = join(NODE.room(), BOB);
    ann.heard.awaitSeen(BOB);
    bob.heard.awaitSeen(ANN);
    Signal signal = new Signal.Sealed("AAAA");
    ann.membership.signal(BOB, signal);
    bob.heard.awaitSignal(ANN, signal);
    bob.membership.close();
    ann.heard.awaitGone(BOB);
  }

  @Test
  void rule14SignalsArriveAsTheyWereSent() throws Exception {
    RoomId room = room();
    Member ann = join(room, ANN);
    Member cid = join(room, CID);
    ann.heard.awaitSeen(CID);
    cid.heard.awaitSeen(ANN);
    List<Signal> sent = strangeSignals(ann.membership.trickles());
    for (Signal signal : sent) {
      ann.membership.signal(CID, signal);
      cid.heard.awaitSignal(ANN, signal);
      cid.membership.signal(ANN, signal);
      ann.heard.awaitSignal(CID, signal);
    }
    assertThat(cid.heard.signals(ANN)).containsExactlyElementsOf(sent);
    assertThat(ann.heard.signals(CID)).containsExactlyElementsOf(sent);
  }

  @Test
  void rule15SignalsArriveInOrder() throws Exception {
    RoomId room = room();
    Member ann = join(room, ANN);
    Member bob = join(room, BOB);
    ann.heard.awaitSeen(BOB);
    List<Signal> sent = new ArrayList<>();
    for (int i = 0; i < IN_ORDER; i++) {
      Signal signal = new Signal.Answer("number " + i);
      sent.add(signal);
      ann.membership.signal(BOB, signal);
    }
    bob.heard.awaitSignal(ANN, sent.get(IN_ORDER - 1));
    assertThat(bob.heard.signals(ANN)).containsExactlyElementsOf(sent);
  }

  @Test
  void rule16AFloodDrownsNobodyElse() throws Exception {
    RoomId room = room();
    Member ann = join(room, ANN);
    Member flooder = join(room, BOB);
    Member cid = join(room, CID);
    flooder.heard.awaitSeen(ANN);
    ann.heard.awaitSeen(CID);
    cid.heard.awaitSeen(ANN);
    AtomicBoolean enough = new AtomicBoolean();
    Crew crew = new Crew();
    crew.start(
        () -> {
          for (int i = 0; i < FLOOD && !enough.get(); i++) {
            flooder.membership.signal(ANN, new Signal.Offer("flood".repeat(200), true));
          }
        });
    try {
      for (int i = 0; i < 20; i++) {
        Signal signal = new Signal.Answer("dry " + i);
        cid.membership.signal(ANN, signal);
        ann.heard.awaitSignal(CID, signal);
      }
      ann.membership.close();
      flooder.membership.close();
    } finally {
      enough.set(true);
      crew.end(patience());
    }
    assertThat(ann.heard.last()).isEqualTo(left());
    assertThat(flooder.heard.last()).isEqualTo(left());
  }

  private static Credentials credentials(PeerId self) {
    if (self.equals(ANN)) {
      return NODE;
    }
    return self.equals(BOB) ? OTHER_NODE : Credentials.withoutKey(self);
  }

  private Member join(RoomId room, PeerId self) throws Exception {
    Listener heard = new Listener();
    Membership membership = take().discovery().join(room, credentials(self), heard);
    return new Member(self, heard, membership);
  }

  private static List<Signal> strangeSignals(boolean trickles) {
    String strange = "v=0\r\n\u0000\"\\</script>\u2028ü\uD83D\uDE00\t%00 ";
    List<Signal> signals =
        new ArrayList<>(
            List.of(
                new Signal.Offer(strange, true),
                new Signal.Offer("", false),
                new Signal.Answer("\n" + strange),
                new Signal.Answer("x".repeat(Signal.MAX_SDP_CHARS))));
    if (trickles) {
      signals.add(new Signal.Sealed(""));
      signals.add(new Signal.Sealed("_-".repeat(Signal.MAX_SEALED_CHARS / 2)));
      signals.add(new Signal.Candidate(null, 0, ""));
      signals.add(new Signal.Candidate("0", 255, strange));
      signals.add(new Signal.Candidate("", 1, "c".repeat(Signal.MAX_CANDIDATE_CHARS)));
    }
    return signals;
  }
}
