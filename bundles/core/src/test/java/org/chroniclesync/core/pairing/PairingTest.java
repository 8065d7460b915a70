// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.pairing;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.chroniclesync.api.crypto.AccountWords;
import org.chroniclesync.api.discovery.Credentials;
import org.chroniclesync.api.discovery.Discovery;
import org.chroniclesync.api.discovery.DiscoveryEvent;
import org.chroniclesync.api.discovery.Membership;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.api.pairing.Invitation;
import org.chroniclesync.api.pairing.Invitation.State;
import org.chroniclesync.crypto.bouncycastle.JpakeCodes;
import org.chroniclesync.testkits.network.MemoryNetwork;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PairingTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final Duration SHORT = Duration.ofMillis(300);

  private final MemoryNetwork network = new MemoryNetwork();
  private final List<PairingComponent> started = new ArrayList<>();
  private final Words mine = new Words("my words");
  private final Words theirs = new Words("their words");

  /** In memory; that words are kept is the crypto bundle's to test. */
  private static final class Words implements AccountWords {
    volatile String now;
    volatile boolean full;

    Words(String now) {
      this.now = now;
    }

    @Override
    public char[] phrase() {
      return now.toCharArray();
    }

    @Override
    public void renew() {
      now = "new words";
    }

    @Override
    public void replace(char[] phrase) {
      if (full) {
        throw new IllegalStateException("The disk is full.");
      }
      now = new String(phrase);
    }
  }

  private PairingComponent device(Words words, Duration code, Duration meeting, Discovery by) {
    PairingComponent device = new PairingComponent(new Settings(code, meeting), Clock.systemUTC());
    device.bindCodes(new JpakeCodes());
    device.bindWords(words);
    device.bindDiscovery(by);
    started.add(device);
    return device;
  }

  private PairingComponent device(Words words) {
    return device(words, LONG, LONG, network.discovery());
  }

  @AfterEach
  void stop() throws Exception {
    for (PairingComponent device : started) {
      device.close();
    }
    network.close();
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(threads()).isEmpty());
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("chroniclesync-pairing"))
        .toList();
  }

  private static String result(CompletionStage<String> joining) throws Exception {
    return joining.toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  private static void assertFails(CompletionStage<String> joining, String why) {
    assertThatThrownBy(() -> result(joining))
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining(why);
  }

  private static State state(PairingComponent device) {
    return requireNonNull(device.invitation()).state();
  }

  private static void awaitEnd(PairingComponent device, String why) {
    await()
        .atMost(60, TimeUnit.SECONDS)
        .untilAsserted(
            () ->
                assertThat(state(device))
                    .isInstanceOfSatisfying(
                        State.Ended.class, ended -> assertThat(ended.why()).contains(why)));
  }

  /** The same number, other words. */
  private static String wrong(Invitation invitation) {
    String number = invitation.code().substring(0, invitation.code().indexOf('-'));
    String words = number + "-abandon-ability";
    return words.equals(invitation.code()) ? number + "-ability-abandon" : words;
  }

  @Test
  void whoHasTheCodeGetsTheWords() throws Exception {
    PairingComponent inviting = device(mine);
    PairingComponent joining = device(theirs);
    Invitation invitation = inviting.invite();
    assertThat(invitation.code()).matches("[0-9]{1,4}-[a-z]{3,8}-[a-z]{3,8}");
    assertThat(invitation).asString().doesNotContain(invitation.code());

    String name = result(joining.join(invitation.code()));

    assertThat(theirs.now).isEqualTo("my words");
    assertThat(mine.now).isEqualTo("my words");
    assertThat(name).isEqualTo(System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(state(inviting)).isEqualTo(new State.Given(name)));
  }

  @Test
  void aWrongCodeEndsItAndTheRightOneComesTooLate() throws Exception {
    PairingComponent inviting = device(mine);
    PairingComponent guessing = device(theirs);
    PairingComponent late =
        device(new Words("late"), LONG, Duration.ofSeconds(1), network.discovery());
    Invitation invitation = inviting.invite();

    assertFails(guessing.join(wrong(invitation)), "The code is not the one");

    awaitEnd(inviting, "another code than this one");
    assertThat(theirs.now).isEqualTo("their words");
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThatThrownBy(() -> result(late.join(invitation.code()))).isNotNull());
    assertThat(state(inviting)).isInstanceOf(State.Ended.class);
  }

  @Test
  void afterAWrongCodeANewOneIsGood() throws Exception {
    PairingComponent inviting = device(mine);
    PairingComponent joining = device(theirs);
    assertFails(joining.join(wrong(inviting.invite())), "The code is not the one");

    result(joining.join(inviting.invite().code()));

    assertThat(theirs.now).isEqualTo("my words");
  }

  @Test
  void aSecondCodeWithdrawsTheFirst() throws Exception {
    PairingComponent inviting = device(mine);
    PairingComponent joining = device(theirs, LONG, Duration.ofSeconds(1), network.discovery());
    Invitation first = inviting.invite();
    Invitation second = inviting.invite();

    // It may see the first one leave; it gets nothing from it.
    assertThatThrownBy(() -> result(joining.join(first.code())))
        .isInstanceOf(ExecutionException.class);
    assertThat(theirs.now).isEqualTo("their words");
    assertThat(state(inviting)).isEqualTo(new State.Open());
    result(joining.join(second.code()));
    assertThat(theirs.now).isEqualTo("my words");
  }

  @Test
  void aCodeThatNobodyShowsIsSaid() {
    PairingComponent joining = device(theirs, LONG, SHORT, network.discovery());

    assertFails(joining.join("17-ocean-rabbit"), "Nobody shows this code");
    assertThat(theirs.now).isEqualTo("their words");
  }

  @Test
  void aCodeEndsWithItsTimeAndWhenItIsWithdrawn() {
    PairingComponent forgotten = device(mine, SHORT, LONG, network.discovery());
    PairingComponent withdrawn = device(mine);

    forgotten.invite();
    withdrawn.invite();
    withdrawn.withdraw();

    awaitEnd(forgotten, "Nobody entered the code in time");
    awaitEnd(withdrawn, "withdrawn");
  }

  @Test
  void whoComesAndSaysNothingMoreUsesTheCodeUp() {
    PairingComponent inviting = device(mine, LONG, SHORT, network.discovery());
    Stranger stranger = new Stranger(inviting.invite());

    stranger.say(
        Note.of(
            Note.JOINER_FIRST,
            new JpakeCodes()
                .begin(
                    false, stranger.room, stranger.self, new PeerId("node.other"), "ocean-rabbit")
                .first()));

    awaitEnd(inviting, "did not come to an end in time");
    stranger.close();
  }

  @Test
  void whatIsNoStepOfOursIsIgnoredAndWhatIsWrongUsesTheCodeUp() throws Exception {
    PairingComponent inviting = device(mine);
    Invitation invitation = inviting.invite();
    Stranger stranger = new Stranger(invitation);
    stranger.say(new Signal.Answer("v=0"));
    stranger.say(new Signal.Sealed("="));
    stranger.say(new Signal.Sealed("A".repeat(Note.MAX_CHARS + 4)));
    stranger.say(Note.of(Note.WORDS, new byte[300]));
    stranger.say(Note.of(Note.END));
    assertThat(state(inviting)).isEqualTo(new State.Open());

    stranger.say(Note.of(Note.JOINER_FIRST, new byte[1_600]));

    awaitEnd(inviting, "another code than this one");
    stranger.close();
  }

  @Test
  void lostNotesAreSaidAgain() throws Exception {
    PairingComponent inviting = device(mine, LONG, LONG, new Losing(network.discovery()));
    PairingComponent joining = device(theirs, LONG, LONG, new Losing(network.discovery()));

    result(joining.join(inviting.invite().code()));

    assertThat(theirs.now).isEqualTo("my words");
    await()
        .atMost(60, TimeUnit.SECONDS)
        .untilAsserted(() -> assertThat(state(inviting)).isInstanceOf(State.Given.class));
  }

  @Test
  void bothAreToldIfTheWordsCannotBeKept() {
    PairingComponent inviting = device(mine);
    PairingComponent joining = device(theirs);
    theirs.full = true;

    assertFails(joining.join(inviting.invite().code()), "cannot be kept: The disk is full.");

    awaitEnd(inviting, "could not keep them");
    assertThat(theirs.now).isEqualTo("their words");
  }

  @Test
  void theWordsOfNowAreGiven() throws Exception {
    PairingComponent inviting = device(mine);
    Invitation invitation = inviting.invite();
    mine.renew();

    result(device(theirs).join(invitation.code()));

    assertThat(theirs.now).isEqualTo("new words");
  }

  @Test
  void whatIsNoCodeIsRefusedBeforeAnythingIsTried() throws Exception {
    PairingComponent joining = device(theirs);

    for (String typed :
        List.of("", "ocean-rabbit", "7", "7-ocean", "x-ocean-rabbit", "9".repeat(300))) {
      assertThatThrownBy(() -> joining.join(typed))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("4213-ocean-rabbit");
    }
    assertThatThrownBy(() -> joining.join("7-ocean-rabit"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("likely rabbit");
    String code = device(mine).invite().code();
    result(joining.join("  " + code.toUpperCase(java.util.Locale.ROOT).replace('-', ' ') + "\n"));
    assertThat(theirs.now).isEqualTo("my words");
  }

  @Test
  void oneCodeIsTriedAtATime() {
    PairingComponent joining = device(theirs);
    CompletionStage<String> first = joining.join("17-ocean-rabbit");

    assertThatThrownBy(() -> joining.join("18-ocean-rabbit"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("being tried");
    assertThat(first.toCompletableFuture()).isNotDone();
  }

  @Test
  void withoutADiscoveryOrACryptoServiceItIsSaid() {
    PairingComponent alone = new PairingComponent(new Settings(LONG, LONG), Clock.systemUTC());
    started.add(alone);
    assertThatThrownBy(alone::invite).hasMessageContaining("no crypto service");
    alone.bindCodes(new JpakeCodes());
    alone.bindWords(mine);
    assertThatThrownBy(alone::invite).hasMessageContaining("--discovery");
  }

  @Test
  void aDiscoveryWhoseSignalsAPersonCarriesIsLeftAtOnce() throws Exception {
    var byHand = network.discovery();
    byHand.trickles(false);
    Set<String> left = ConcurrentHashMap.newKeySet();
    byHand.beforeLeave(() -> left.add("left"));
    PairingComponent inviting = device(mine, LONG, LONG, byHand);

    inviting.invite();

    await().atMost(PATIENCE).untilAsserted(() -> assertThat(left).isNotEmpty());
  }

  @Test
  void theEndOfTheNodeEndsWhatIsTried() throws Exception {
    PairingComponent joining = device(theirs);
    CompletionStage<String> open = joining.join("17-ocean-rabbit");

    joining.close();

    assertFails(open, "The node stops.");
  }

  /** Somebody in the room who keeps to no rule. */
  private final class Stranger implements AutoCloseable {
    final RoomId room;
    final PeerId self;
    private final Membership membership;
    private final Set<PeerId> seen = ConcurrentHashMap.newKeySet();

    Stranger(Invitation invitation) {
      room = new RoomId("pair." + invitation.code().substring(0, invitation.code().indexOf('-')));
      Credentials credentials = new JpakeCodes().credentials();
      self = credentials.peer();
      membership =
          network
              .discovery()
              .join(
                  room,
                  credentials,
                  event -> {
                    if (event instanceof DiscoveryEvent.PeerSeen peer) {
                      seen.add(peer.peer());
                    }
                  });
      await().atMost(PATIENCE).until(() -> !seen.isEmpty());
    }

    void say(Note note) {
      say(note.signal());
    }

    void say(Signal signal) {
      seen.forEach(peer -> membership.signal(peer, signal));
    }

    @Override
    public void close() {
      membership.close();
    }
  }

  /** Loses each signal the first time. */
  private record Losing(Discovery by) implements Discovery {
    @Override
    public Membership join(RoomId room, Credentials self, Consumer<DiscoveryEvent> listener) {
      Membership membership = by.join(room, self, listener);
      Set<Signal> lost = new HashSet<>();
      return new Membership() {
        @Override
        public void signal(PeerId peer, Signal signal) {
          if (!lost.add(signal)) {
            membership.signal(peer, signal);
          }
        }

        @Override
        public boolean trickles() {
          return membership.trickles();
        }

        @Override
        public void close() {
          membership.close();
        }
      };
    }
  }
}
