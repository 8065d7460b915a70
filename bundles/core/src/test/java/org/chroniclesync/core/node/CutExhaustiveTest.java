// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.chroniclesync.core.TestStores.covers;
import static org.chroniclesync.core.TestStores.entries;
import static org.chroniclesync.core.TestStores.held;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryId;
import org.chroniclesync.api.message.FeedPosition;
import org.chroniclesync.api.message.MalformedMessageException;
import org.chroniclesync.api.message.Message;
import org.chroniclesync.api.message.MessageCodec;
import org.chroniclesync.api.message.MessageHandler;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.Session;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.Change;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.transport.ChannelClosedException;
import org.chroniclesync.core.TestStores;
import org.chroniclesync.core.Visits;
import org.chroniclesync.handler.standard.HistoryHandler;
import org.chroniclesync.handler.standard.SyncRequestHandler;
import org.chroniclesync.handler.standard.SyncResponseHandler;
import org.chroniclesync.message.JacksonMessageCodec;
import org.chroniclesync.testkits.network.MemoryNetwork;
import org.chroniclesync.testkits.network.Middle;
import org.chroniclesync.testkits.network.Passage;
import org.chroniclesync.testkits.storage.FaultyStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two nodes whose line is cut at each of its frames in turn, just before it arrives and just after,
 * and which then meet again.
 */
@Timeout(600)
class CutExhaustiveTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Most of the time a case waits, so several do so at once. */
  private static final int LANES = 8;

  /** Few enough for several messages, and enough for one of them to fill the window. */
  private static final int MOST_IN_MESSAGE = 48;

  @Test
  void aFeedThatIsStreamed() throws Exception {
    Outcome whole = cutEverywhere(Beginning.with(150, 0, 0, 8_000));

    assertThat(whole.ofFeeds()).isEqualTo(150);
    assertThat(whole.apart()).isZero();
  }

  @Test
  void feedsThatAreStreamedBecauseNothingIsInCommon() throws Exception {
    Outcome whole = cutEverywhere(Beginning.with(110, 120, 0, 4_000));

    assertThat(whole.ofFeeds()).isEqualTo(230);
    assertThat(whole.apart()).isZero();
  }

  @Test
  void aComparison() throws Exception {
    Outcome whole = cutEverywhere(Beginning.with(7, 5, 120, 1_000));

    assertThat(whole.ofFeeds()).isZero();
    assertThat(whole.apart()).isEqualTo(12);
  }

  /** What the two have when they meet for the first time. */
  private record Beginning(List<Entry> left, List<Entry> right) {
    static Beginning with(int left, int right, int common, int chars) {
      List<Entry> ours = visits("both", common, chars);
      List<Entry> theirs = new ArrayList<>(ours);
      ours.addAll(visits("left", left, chars));
      theirs.addAll(visits("right", right, chars));
      return new Beginning(ours, theirs);
    }

    Set<Entry> union() {
      Set<Entry> union = new HashSet<>(left);
      union.addAll(right);
      return union;
    }
  }

  /** What an exchange took: frames, entries of the feeds, and entries apart from them. */
  private record Outcome(int frames, int ofFeeds, int apart) {}

  /** Returns what it takes without a cut. */
  private static Outcome cutEverywhere(Beginning beginning) throws Exception {
    Outcome whole = exchange(beginning, new Cutter(Integer.MAX_VALUE, true));
    int frames = whole.frames();
    assertThat(frames).isGreaterThanOrEqualTo(10);
    List<Future<Outcome>> cases = new ArrayList<>();
    ExecutorService lanes = Executors.newFixedThreadPool(LANES);
    try {
      for (int frame = 1; frame <= frames; frame++) {
        Cutter before = new Cutter(frame, false);
        Cutter after = new Cutter(frame, true);
        cases.add(lanes.submit(() -> exchange(beginning, before)));
        cases.add(lanes.submit(() -> exchange(beginning, after)));
      }
      for (Future<Outcome> one : cases) {
        // Each went on behind the cut: they greeted again, at the least.
        assertThat(one.get().frames()).isGreaterThan(4);
      }
    } finally {
      lanes.shutdownNow();
    }
    System.out.println("Cut at " + cases.size() + " places");
    return whole;
  }

  private static Outcome exchange(Beginning beginning, Cutter cutter) throws Exception {
    MemoryNetwork network = new MemoryNetwork();
    network.middle(cutter);
    Side a = new Side(network, "a", beginning.left);
    Side b = new Side(network, "b", beginning.right);
    a.listen(b);
    b.listen(a);
    a.node.start();
    b.node.start();
    try {
      await(cutter.toString())
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(5))
          .until(
              () -> cutter.isOver() && a.node.isInSyncWith(b.node) && b.node.isInSyncWith(a.node));
      a.check(beginning, cutter);
      b.check(beginning, cutter);
      return new Outcome(
          cutter.passed.get(),
          a.arrivals.ofFeed.get() + b.arrivals.ofFeed.get(),
          a.arrivals.apart.get() + b.arrivals.apart.get());
    } finally {
      a.node.close();
      b.node.close();
      network.close();
    }
  }

  /** A node, and what it heard. */
  private static final class Side {
    private final FaultyStore store = TestStores.inMemory();
    private final Fixture node;
    private final int held;
    private final Arrivals arrivals = new Arrivals();
    private final Queue<String> broken = new ConcurrentLinkedQueue<>();

    Side(MemoryNetwork network, String name, List<Entry> entries) throws Exception {
      store.merge(Batch.of(entries));
      held = entries.size();
      node = new Fixture(network, name, store, Clock.systemUTC());
      node.addCodec(new FewInMessage(new JacksonMessageCodec()));
    }

    void listen(Side other) {
      node.add(Payload.SyncRequest.TYPE, new Witness(store, other.store, broken));
      node.add(Payload.History.TYPE, arrivals.before(new HistoryHandler()));
      node.add(Payload.SyncResponse.TYPE, arrivals.before(new SyncResponseHandler()));
    }

    /**
     * The feed goes on where it was cut. A comparison that begins while it is streamed may find the
     * same once more: the other side had no position yet, so it compares.
     */
    void check(Beginning beginning, Cutter cutter) {
      int lacked = beginning.union().size() - held;
      // Told by the number: so many long texts nobody reads.
      assertThat(entries(store).equals(beginning.union()))
          .as("has %s of %s, %s", entries(store).size(), beginning.union().size(), cutter)
          .isTrue();
      assertThat(broken).as("%s", cutter).isEmpty();
      assertThat(arrivals.ofFeed.get())
          .as("entries of the feed, %s", cutter)
          .isLessThanOrEqualTo(lacked + cutter.mostAgain());
      assertThat(arrivals.apart.get())
          .as("entries apart, %s", cutter)
          .isLessThanOrEqualTo(lacked + cutter.mostAgain());
    }
  }

  /** The real codec, which would take many more. */
  private record FewInMessage(MessageCodec codec) implements MessageCodec {
    @Override
    public int packable(List<Entry> entries, int from) {
      return Math.min(MOST_IN_MESSAGE, codec.packable(entries, from));
    }

    @Override
    public byte[] pack(Message message) {
      return codec.pack(message);
    }

    @Override
    public Message unpack(byte[] record) throws MalformedMessageException {
      return codec.unpack(record);
    }

    @Override
    public byte[] encode(Message message) {
      return codec.encode(message);
    }

    @Override
    public Message decode(byte[] plaintext) throws MalformedMessageException {
      return codec.decode(plaintext);
    }

    @Override
    public int encodedSize(Entry entry) {
      return codec.encodedSize(entry);
    }
  }

  /** Counts the entries that come. */
  private static final class Arrivals {
    private final AtomicInteger ofFeed = new AtomicInteger();
    private final AtomicInteger apart = new AtomicInteger();

    MessageHandler before(MessageHandler next) {
      return (session, message) -> {
        if (message.payload() instanceof Payload.History history) {
          (history.segment() == null ? apart : ofFeed).addAndGet(history.entries().size());
        } else if (message.payload() instanceof Payload.SyncResponse response) {
          ofFeed.addAndGet(response.entries().size());
        }
        next.handle(session, message);
      };
    }
  }

  /** Cuts the line at one frame. */
  private static final class Cutter implements Middle {
    private final int frame;
    private final boolean arrives;
    private final AtomicInteger passed = new AtomicInteger();
    private volatile boolean cut;

    Cutter(int frame, boolean arrives) {
      this.frame = frame;
      this.arrives = arrives;
    }

    @Override
    public void passes(Passage passage) throws ChannelClosedException, InterruptedException {
      boolean now = passed.incrementAndGet() == frame;
      if (!now || arrives) {
        passage.go();
      }
      if (now) {
        passage.cut();
        cut = true;
      }
    }

    /** A message may have come and not be stored, at the worst. */
    int mostAgain() {
      return cut ? MOST_IN_MESSAGE : 0;
    }

    boolean isOver() {
      return cut || frame == Integer.MAX_VALUE;
    }

    @Override
    public String toString() {
      return "cut " + (arrives ? "after" : "before") + " frame " + frame;
    }
  }

  /** Sees to it that what is acknowledged is there, and that nobody goes back. */
  private static final class Witness implements MessageHandler {
    private final MessageHandler next = new SyncRequestHandler();
    private final FaultyStore ours;
    private final FaultyStore theirs;
    private final Queue<String> broken;
    private long newest;

    Witness(FaultyStore ours, FaultyStore theirs, Queue<String> broken) {
      this.ours = ours;
      this.theirs = theirs;
      this.broken = broken;
    }

    @Override
    public void handle(Session session, Message message) throws Exception {
      if (message.payload() instanceof Payload.SyncRequest request && request.position() != null) {
        look(request.position());
      }
      next.handle(session, message);
    }

    private synchronized void look(FeedPosition position) throws StorageException {
      if (position.after() < newest) {
        broken.add("went back from " + newest + " to " + position.after());
      }
      newest = position.after();
      Map<EntryId, Entry> stored = held(theirs);
      try (Cursor<Change> changes = ours.changes(0)) {
        for (Change change = changes.next();
            change != null && change.position() <= position.after();
            change = changes.next()) {
          if (!covers(stored, change.entry())) {
            broken.add("acknowledged and not there: " + change.position());
          }
        }
      }
    }
  }

  /** Long, and not to be packed well, so that few make a message and a message needs two frames. */
  private static List<Entry> visits(String device, int count, int chars) {
    Random random = new Random(device.hashCode());
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String url = Visits.URL + text(random, chars);
      entries.add(Visits.visit(device, "v" + i, url, "", 1_000_000 + i * 1_000.5, 1_000));
    }
    return entries;
  }

  private static String text(Random random, int chars) {
    return random
        .ints(chars, ' ' + 1, ' ' + 65)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
