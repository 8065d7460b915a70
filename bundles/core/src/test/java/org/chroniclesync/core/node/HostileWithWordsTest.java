// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.chroniclesync.core.TestStores.covers;
import static org.chroniclesync.core.TestStores.entries;
import static org.chroniclesync.testkits.history.NumberedVisits.visit;
import static org.chroniclesync.testkits.history.NumberedVisits.visits;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.core.ConditionTimeoutException;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.UnknownFields;
import org.chroniclesync.api.message.FeedPosition;
import org.chroniclesync.api.message.Hello;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.Payload.Reconcile;
import org.chroniclesync.api.message.Segment;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.Bound;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.api.storage.Fingerprint;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.NodeStatus;
import org.chroniclesync.api.sync.PeerState;
import org.chroniclesync.api.sync.PeerStatus;
import org.chroniclesync.api.sync.PeerView;
import org.chroniclesync.api.transport.ChannelClosedException;
import org.chroniclesync.api.transport.CloseReason;
import org.chroniclesync.core.TestStores;
import org.chroniclesync.testkits.network.MemoryNetwork;
import org.chroniclesync.testkits.storage.Dial;
import org.chroniclesync.testkits.storage.FaultyStore;
import org.chroniclesync.testkits.storage.Hang;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A device that has the words says what it likes in version 2. That costs its session at most:
 * memory stays bounded, and an honest device goes on with the node afterwards.
 */
@Timeout(600)
class HostileWithWordsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final FeedId FEED = new FeedId("a feed of a hostile node");

  /** What a session may need besides its window, at the default of 1 MiB. */
  private static final long MOST_BYTES = 64L << 20;

  /** One that is answered, and those that wait for it. */
  private static final int MOST_TURNS = 17;

  private final MemoryNetwork network = new MemoryNetwork();
  private final FaultyStore honestStore = TestStores.inMemory();
  private final FaultyStore store = TestStores.inMemory();
  private final Fixture honest = new Fixture(network, "honest", "secret", honestStore);
  private final Fixture victim = new Fixture(network, "victim", "secret", store);
  private HostileNode hostile;
  private int visits;

  @BeforeEach
  void start() {
    honest.start();
    victim.start();
    until(() -> honest.isInSyncWith(victim) && victim.isInSyncWith(honest));
    hostile = new HostileNode(network, "zed", victim.id);
    until(() -> hostile.isTalking() && status().node());
  }

  @AfterEach
  void stop() throws Exception {
    hostile.close();
    honest.close();
    victim.close();
    until(() -> Fixture.threads("chroniclesync-session") == 0);
    until(() -> network.openChannels().isEmpty());
    network.close();
  }

  // --- What a later version may say -------------------------------------------------------------

  @Test
  void aSignalOfAKindThatIsNotKnownYetIsIgnored() throws Exception {
    long refused = status().traffic().refused();
    long ignored = status().traffic().ignored();
    hostile.signal(new byte[] {6, 0, 0, 0, 0});
    hostile.signal(new byte[] {-1});
    until(() -> status().traffic().ignored() == ignored + 2);
    assertThat(status().traffic().refused()).isEqualTo(refused);
    assertThat(status().state()).isNotInstanceOf(PeerState.Refused.class);
    assertThat(hostile.isTalking()).isTrue();
    honestGoesOn();
  }

  @Test
  void aSignalOfAKnownKindThatIsCutIsRefused() throws Exception {
    long refused = status().traffic().refused();
    hostile.signal(new byte[] {1, 0, 0, 0, 0, 0, 0, 0, 9, 'v'});
    until(() -> status().traffic().refused() == refused + 1);
    assertThat(said("24 words")).isTrue();
    honestGoesOn();
  }

  @Test
  void questionsWithoutEndAreAnsweredOnceInAWhile() throws Exception {
    long ignored = status().traffic().ignored();
    for (int i = 0; i < 1_000; i++) {
      hostile.signal(new byte[] {4, 0, 0, 0, 1});
    }
    until(() -> status().traffic().ignored() >= ignored + 990);
    assertThat(hostile.views.get()).isBetween(1, 10);
    assertThat(hostile.isTalking()).isTrue();
    honestGoesOn();
  }

  @Test
  void whatNobodyAskedForIsIgnored() throws Exception {
    long ignored = status().traffic().ignored();
    hostile.signal(new byte[] {5, 0, 0, 0, 1, 0});
    until(() -> status().traffic().ignored() == ignored + 1);
    long refused = status().traffic().refused();
    hostile.signal(new byte[] {5, 0, 0, 0, 1, 100});
    until(() -> status().traffic().refused() == refused + 1);
    honestGoesOn();
  }

  @Test
  void whoDoesNotAnswerAQuestionIsSilentAndNotAskedAgainAtOnce() throws Exception {
    assertThat(victim.node.view(hostile.id)).isEqualTo(new PeerView.Silent());
    assertThat(victim.node.view(hostile.id)).isEqualTo(new PeerView.Silent());
    assertThat(hostile.questions).hasValue(1);
    assertThat(hostile.isTalking()).isTrue();
    honestGoesOn();
  }

  // --- Floods -----------------------------------------------------------------------------------

  @Test
  void pingsWithoutEndAreAnsweredAndHoldUpNobody() throws Exception {
    flood(20_000, number -> new Payload.Ping(number, new Hello(2, FEED)));
    honestGoesOn();
    assertThat(hostile.heard(Payload.Pong.TYPE) > 0 || said("messages waited")).isTrue();
  }

  @Test
  void feedsThatChangeWithEachGreetingFillNoMemoryWhileTheStoreHangs() throws Exception {
    try (Stopped stopped = stopped(store.dials().merge())) {
      hostile.say(new Payload.History(visits("z", 1), new Segment(FEED, 0, 1, 1), 0));
      stopped.hang().awaitCall();
      long before = heap();
      flood(300_000, number -> new Payload.Pong(number, new Hello(2, named(number), 7, null)));
      hostile.say(new Payload.DeviceInfo(device("all was read")));
      until(() -> "all was read".equals(platform()));
      assertThat(heap() - before).isLessThan(MOST_BYTES);
    }
    honestGoesOn();
  }

  @Test
  void devicesWithoutEndAreNotedNowAndThen() throws Exception {
    AtomicInteger merges = new AtomicInteger();
    store.dials().merge().does(TestStores.after(merges::incrementAndGet));
    flood(50_000, number -> new Payload.DeviceInfo(device("device " + number)));
    hostile.say(new Payload.DeviceInfo(device("the last one")));
    until(() -> "the last one".equals(platform()));
    assertThat(merges.get()).isLessThan(100);
    honestGoesOn();
  }

  @Test
  void requestsWithoutEndHoldUpNobody() throws Exception {
    victim.node.merge(Batch.of(visits("v", 5_000)));
    FeedId feed = store.state().feed();
    flood(
        100_000,
        number ->
            new Payload.SyncRequest(
                OptionalLong.empty(),
                new FeedPosition(
                    number % 3 == 0 ? named(number) : feed,
                    number % 3 == 1 ? Long.MAX_VALUE - number : 0)));
    honestGoesOn();
  }

  @Test
  void creditWithoutEndChangesNothing() throws Exception {
    flood(100_000, number -> new Payload.Credit(Long.MAX_VALUE - number));
    flood(100_000, number -> new Payload.Credit(number));
    honestGoesOn();
    assertThat(hostile.isTalking()).isTrue();
  }

  @Test
  void messagesOfUnknownTypesAreIgnoredAndCounted() throws Exception {
    flood(5_000, number -> new Payload.Other("type " + number, "{}"));
    until(() -> status().traffic().ignored() > 1_000 || said("more than it was granted"));
    honestGoesOn();
  }

  @Test
  void moreThanWasGrantedEndsTheSession() throws Exception {
    try (Stopped stopped = stopped(store.dials().merge())) {
      flood(100_000, number -> new Payload.History(visits("z" + number, 10), null, 0));
      stopped.hang().awaitCall();
      until(() -> said("it sent more than it was granted"));
    }
    honestGoesOn();
  }

  @Test
  void whatUnpacksToFarMoreThanItsFramesFillsNoMemory() throws Exception {
    byte[] bomb = hostile.pack(new Payload.History(alike(240), null, 0));
    // 150 MiB within the window.
    assertThat(150 * bomb.length).isLessThan(1 << 20);
    try (Stopped stopped = stopped(store.dials().merge())) {
      long before = heap();
      for (int i = 0; i < 150; i++) {
        hostile.say(bomb);
      }
      stopped.hang().awaitCall();
      hostile.say(new Payload.DeviceInfo(device("all was read")));
      until(() -> "all was read".equals(platform()));
      assertThat(heap() - before).isLessThan(MOST_BYTES);
    }
    honestGoesOn();
  }

  @Test
  void aRecordThatNeverEndsEndsTheSession() throws Exception {
    long before = heap();
    byte[] part = new byte[10_000];
    untilEnded(() -> hostile.sayMore(part));
    until(() -> said("TOO_LONG"));
    assertThat(heap() - before).isLessThan(MOST_BYTES);
    honestGoesOn();
  }

  @Test
  void sessionsWithoutEndUnderOneNameHoldUpNobody() throws Exception {
    long before = heap();
    int sessions = hostile.sessions.get();
    while (hostile.sessions.get() < sessions + 200) {
      hostile.hangUp();
      until(hostile::isTalking);
    }
    assertThat(heap() - before).isLessThan(MOST_BYTES);
    assertThat(Fixture.threads("chroniclesync-session")).isLessThan(40);
    honestGoesOn();
  }

  // --- Meanwhile --------------------------------------------------------------------------------

  /** What a hostile device says without end, in session after session. */
  private enum Endless {
    PINGS {
      @Override
      Payload say(HostileWithWordsTest test, int number) {
        return new Payload.Ping(number, new Hello(2, FEED));
      }
    },
    FEEDS_THAT_CHANGE {
      @Override
      Payload say(HostileWithWordsTest test, int number) {
        return new Payload.Pong(number, new Hello(2, named(number), 7, null));
      }
    },
    DEVICES {
      @Override
      Payload say(HostileWithWordsTest test, int number) {
        return new Payload.DeviceInfo(device("device " + number));
      }
    },
    WISHES_FOR_EVERYTHING {
      @Override
      Payload say(HostileWithWordsTest test, int number) throws StorageException {
        return wish(test.store.state().feed(), 0);
      }
    },
    WISHES_FOR_WHAT_IS_NOT_THERE {
      @Override
      Payload say(HostileWithWordsTest test, int number) throws StorageException {
        return wish(number % 2 == 0 ? named(number) : test.store.state().feed(), Long.MAX_VALUE);
      }
    },
    CREDIT {
      @Override
      Payload say(HostileWithWordsTest test, int number) {
        return new Payload.Credit(Long.MAX_VALUE - number);
      }
    },
    UNKNOWN_TYPES {
      @Override
      Payload say(HostileWithWordsTest test, int number) {
        return new Payload.Other("type " + number, "{}");
      }
    },
    VERSIONS {
      @Override
      Payload say(HostileWithWordsTest test, int number) {
        List<Entry> versions = new ArrayList<>();
        for (int visit = 0; visit < 20; visit++) {
          versions.add(made("z", "visit-" + visit, "", visit, number));
        }
        return new Payload.History(versions, null, 0);
      }
    },
    HOLES_IN_ITS_FEED {
      @Override
      Payload say(HostileWithWordsTest test, int number) {
        return segment(FEED, 10L * number, 10L * number + 1, Long.MAX_VALUE);
      }
    },
    FEEDS {
      @Override
      Payload say(HostileWithWordsTest test, int number) {
        return segment(named(number), 0, 1, 1);
      }
    },
    TURNS {
      @Override
      Payload say(HostileWithWordsTest test, int number) {
        return turn();
      }
    },
    RECORDS_THAT_NEVER_END {
      @Override
      void attack(HostileWithWordsTest test, int number) throws Exception {
        test.hostile.sayMore(new byte[10_000]);
      }
    },
    SESSIONS {
      @Override
      void attack(HostileWithWordsTest test, int number) throws Exception {
        test.hostile.hangUp();
        throw new ChannelClosedException(new CloseReason(CloseReason.Kind.LOCAL, "it begins anew"));
      }
    };

    Payload say(HostileWithWordsTest test, int number) throws StorageException {
      throw new IllegalStateException("it says nothing");
    }

    void attack(HostileWithWordsTest test, int number) throws Exception {
      test.hostile.say(say(test, number));
    }

    private static Payload wish(FeedId feed, long after) {
      return new Payload.SyncRequest(OptionalLong.empty(), new FeedPosition(feed, after));
    }
  }

  @ParameterizedTest
  @EnumSource
  void anHonestDeviceSyncsMeanwhile(Endless endless) throws Exception {
    victim.node.merge(Batch.of(visits("v", 2_000)));
    AtomicInteger attacks = new AtomicInteger();
    AtomicBoolean over = new AtomicBoolean();
    Thread attacker =
        new Thread(
            () -> {
              while (!over.get()) {
                attack(endless, attacks);
              }
            },
            "attacker");
    attacker.setDaemon(true);
    attacker.start();
    try {
      for (int round = 0; round < 3; round++) {
        int before = attacks.get();
        until(() -> attacks.get() > before);
        aVisitGoesEachWay();
        // It went on until the end of the round, or went on to the next session.
        int after = attacks.get();
        until(() -> attacks.get() > after);
      }
    } finally {
      over.set(true);
      attacker.join();
    }
    honestGoesOn();
  }

  /** A session that ended is followed by the next one. */
  private void attack(Endless endless, AtomicInteger attacks) {
    try {
      endless.attack(this, attacks.get());
      attacks.incrementAndGet();
    } catch (ChannelClosedException e) {
      attacks.incrementAndGet();
      until(hostile::isTalking);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  // --- Comparisons ------------------------------------------------------------------------------

  @Test
  void turnsOutOfTurnEndTheSessionAndAreNoFaultOfThisProgram() throws Exception {
    try (Stopped stopped = stopped(store.dials().fingerprint())) {
      hostile.say(segment(FEED, 0, 1, 1));
      hostile.say(turn());
      stopped.hang().awaitCall();
      flood(MOST_TURNS - 1, number -> turn());
      // The feed is under way, so more turns wait, and are due once it is read.
      hostile.say(segment(FEED, 1, 2, 3));
      flood(4, number -> turn());
      hostile.say(segment(FEED, 2, 3, 3));
      until(() -> said("without waiting for the answers"));
    }
    assertThat(said("fault in this program")).isFalse();
    honestGoesOn();
  }

  /** That no thread is left is seen after each test. */
  @Test
  void whatEndsASessionWhileItIsHandledLeavesNoThreadBehind() throws Exception {
    try (Stopped stopped = stopped(store.dials().fingerprint())) {
      hostile.say(segment(FEED, 0, 1, 1));
      hostile.say(turn());
      stopped.hang().awaitCall();
      flood(MOST_TURNS + 29, number -> turn());
      until(() -> said("it sent 20 unusable messages"));
    }
    honestGoesOn();
  }

  @Test
  void aComparisonThatNeverEndsHoldsUpNobody() throws Exception {
    victim.node.merge(Batch.of(visits("v", 5_000)));
    until(() -> entries(honestStore).equals(entries(store)));
    // Its feed is read, so that turns are answered at once.
    hostile.say(segment(FEED, 0, 1, 1));
    for (int i = 0; i < 1_000; i++) {
      long answered = hostile.heard(Reconcile.TYPE);
      hostile.say(turn());
      until(() -> hostile.heard(Reconcile.TYPE) > answered);
    }
    honestGoesOn();
  }

  // --- Feeds ------------------------------------------------------------------------------------

  @Test
  void aHeadThatNoFeedCanHaveIsShownAsANumber() throws Exception {
    victim.node.merge(Batch.of(visits("v", 10)));
    hostile.say(segment(FEED, 0, 1, Long.MAX_VALUE));
    hostile.say(
        new Payload.SyncRequest(OptionalLong.empty(), new FeedPosition(store.state().feed(), 0)));
    until(
        () ->
            status().state() instanceof PeerState.Syncing syncing
                && syncing.total() == Long.MAX_VALUE);
    hostile.say(segment(FEED, 0, Long.MAX_VALUE, Long.MAX_VALUE));
    until(
        () ->
            !(status().state() instanceof PeerState.Syncing syncing)
                || syncing.done() == Long.MAX_VALUE);
    honestGoesOn();
  }

  @Test
  void feedsWithoutEndTakeNoMoreMarksThanAPeerMayHave() throws Exception {
    int before = store.marks().size();
    for (int number = 0; number < 5_000; number++) {
      hostile.say(segment(named(number), 0, 1, 1));
      if (number % 100 == 0) {
        // So that it keeps to its credit.
        int sent = number;
        until(() -> status().traffic().bytesIn() > 0 && heardOf(sent));
      }
    }
    until(() -> heardOf(4_999));
    assertThat(store.marks().size()).isLessThan(before + 100);
    honestGoesOn();
  }

  // --- Entries ----------------------------------------------------------------------------------

  @Test
  void timesAtBothEndsReachEveryDeviceAsTheyAre() throws Exception {
    List<Entry> extremes = new ArrayList<>();
    double[] times = {
      -Double.MAX_VALUE,
      Double.MAX_VALUE,
      Double.MIN_VALUE,
      -0.0,
      0,
      Long.MIN_VALUE,
      Long.MAX_VALUE,
      -1.5,
      0x1p53
    };
    long[] made = {Long.MIN_VALUE, Long.MIN_VALUE + 1, -1, 0, Long.MAX_VALUE};
    for (double time : times) {
      for (long modified : made) {
        extremes.add(made("z", "visit-" + extremes.size(), "", time, modified));
      }
    }
    hostile.say(new Payload.History(extremes, new Segment(FEED, 0, 1, 1), 0));
    until(() -> entries(store).size() == extremes.size());
    until(() -> entries(honestStore).equals(entries(store)));
    hostile.say(turn());
    honestGoesOn();
    until(() -> honest.isInSyncWith(victim) && victim.isInSyncWith(honest));
  }

  @Test
  void devicesAndTombstonesInMassesReachEveryDevice() throws Exception {
    int all = 0;
    for (int batch = 0; batch < 20; batch++) {
      List<Entry> strange = new ArrayList<>();
      for (int number = 0; number < 5_000; number++) {
        Entry entry = made("device " + batch + " " + number, "visit", "", number, number);
        strange.add(number % 2 == 0 ? entry : entry.tombstone(number));
      }
      hostile.say(new Payload.History(strange, null, 0));
      all += strange.size();
      int expected = all;
      until(() -> entryCount() >= expected);
    }
    honestGoesOn();
    until(() -> honestStore.state().tombstones() == store.state().tombstones());
  }

  // ----------------------------------------------------------------------------------------------

  /** A method of the store that hangs until this is closed. */
  private record Stopped(Dial<?> dial, Hang hang) implements AutoCloseable {
    @Override
    public void close() {
      dial.works();
      hang.release();
    }
  }

  private static Stopped stopped(Dial<?> dial) {
    return new Stopped(dial, dial.hangs());
  }

  private interface Saying {
    Payload number(int number);
  }

  private interface Attack {
    void go() throws ChannelClosedException, InterruptedException;
  }

  /** Until the session ends, or all is said. */
  private void flood(int times, Saying saying) throws InterruptedException {
    try {
      for (int number = 0; number < times; number++) {
        hostile.say(saying.number(number));
      }
    } catch (ChannelClosedException e) {
      return;
    }
  }

  private static void untilEnded(Attack attack) throws InterruptedException {
    try {
      while (true) {
        attack.go();
      }
    } catch (ChannelClosedException e) {
      return;
    }
  }

  private static FeedId named(int number) {
    return new FeedId("feed-" + number + "-" + "x".repeat(100));
  }

  private static Payload segment(FeedId feed, long after, long upTo, long head) {
    return new Payload.History(List.of(), new Segment(feed, after, upTo, head), 0);
  }

  private boolean heardOf(int number) {
    return hostile.heard(Payload.SyncRequest.TYPE) > number;
  }

  private long entryCount() throws Exception {
    return store.state().entries() + store.state().tombstones();
  }

  private static Payload turn() {
    return new Reconcile(
        Reconcile.Step.TURN,
        FEED,
        0,
        List.of(new Reconcile.Fingerprinted(Bound.END, new Fingerprint(1_000_000, 5, 7))));
  }

  /** Nearly a record full, of nearly nothing on the wire. */
  private static List<Entry> alike(int count) {
    List<Entry> alike = new ArrayList<>();
    for (int number = 0; number < count; number++) {
      alike.add(made("z", "visit-" + number, "x".repeat(4_000) + number, number, 0));
    }
    return alike;
  }

  private static Entry made(
      String device, String visitId, String title, double time, long modified) {
    return new Entry(
        new Device(new DeviceId(device), "", "", "", ""),
        visitId,
        "https://example.org/",
        title,
        time,
        "",
        "link",
        modified,
        false,
        null,
        UnknownFields.NONE);
  }

  private static Device device(String platform) {
    return new Device(new DeviceId("z"), platform, "", "", "");
  }

  private String platform() {
    Device device = status().device();
    return device == null ? "" : device.platform();
  }

  private PeerStatus status() {
    return victim.node.status().peers().stream()
        .filter(peer -> peer.peer().equals(hostile.id))
        .findFirst()
        .orElseThrow();
  }

  /** A visit goes each way, and each is in sync with the other. */
  private void honestGoesOn() throws Exception {
    aVisitGoesEachWay();
    until(() -> honest.isInSyncWith(victim) && victim.isInSyncWith(honest));
  }

  private void aVisitGoesEachWay() throws Exception {
    Entry there = visit("there", ++visits);
    Entry back = visit("back", visits);
    victim.node.merge(Batch.of(List.of(there)));
    honest.node.merge(Batch.of(List.of(back)));
    until(() -> covers(honestStore, there) && covers(store, back));
  }

  private boolean said(String what) {
    return victim.node.status().failures().stream()
        .map(NodeStatus.Failure::what)
        .anyMatch(sentence -> sentence.contains(what));
  }

  /** What is in use after a collection, at the least of three looks. */
  private static long heap() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }

  private void until(Callable<Boolean> condition) {
    try {
      await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(condition);
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(victim.node.status() + " " + Thread.getAllStackTraces(), e);
    }
  }
}
