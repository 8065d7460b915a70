// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.transport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.api.transport.CloseReason;
import org.chroniclesync.api.transport.Link;
import org.chroniclesync.api.transport.LinkEvent;
import org.chroniclesync.api.transport.Peering;
import org.chroniclesync.api.transport.Transport;
import org.jspecify.annotations.Nullable;

/**
 * A transport inside one process, kept to see whether the kit bites: it follows all rules, but for
 * the one that it is told to break.
 */
final class MemoryTransport implements Transport {
  private static final String MEDIA = "m=application 9 MEMORY chroniclesync";
  private static final String ID = "a=id:";

  /** Offers that wait for an answer, of all transports: the memory that they share. */
  private static final Map<String, MemoryLink> OFFERED = new ConcurrentHashMap<>();

  private static final Map<String, MemoryChannel> ANSWERED = new ConcurrentHashMap<>();

  final Flaw flaw;
  private final String name = UUID.randomUUID().toString();
  private final Duration patience;
  private final int maxFrames;
  private final ScheduledThreadPoolExecutor thread =
      new ScheduledThreadPoolExecutor(1, task -> new Thread(task, "memory"));
  private final List<MemoryLink> links = new ArrayList<>();
  private final List<MemoryChannel> channels = new ArrayList<>();
  private final List<Thread> left = new ArrayList<>();
  private @Nullable ServerSocket open;

  /** One whose channels hold a single frame in each direction, which is the least (C4). */
  static MemoryTransport ofOneFrame(Duration patience) throws IOException {
    return new MemoryTransport(Flaw.NONE, patience, 1);
  }

  MemoryTransport(Flaw flaw, Duration patience) throws IOException {
    this(flaw, patience, MemoryChannel.ANY_NUMBER);
  }

  private MemoryTransport(Flaw flaw, Duration patience, int maxFrames) throws IOException {
    this.flaw = flaw;
    this.patience = patience;
    this.maxFrames = maxFrames;
    if (flaw == Flaw.LETS_THE_ROGUE_HOLD_IT_UP || flaw == Flaw.LEAVES_A_SOCKET) {
      ServerSocket made = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      open = made;
      if (flaw == Flaw.LETS_THE_ROGUE_HOLD_IT_UP) {
        thread("memory-port", () -> servesOneAfterAnother(made));
      }
    }
    if (flaw == Flaw.LEAVES_A_THREAD) {
      thread("memory-left", this::stays);
    }
  }

  private void thread(String called, Runnable task) {
    Thread made = new Thread(task, called);
    made.setDaemon(true);
    made.start();
    left.add(made);
  }

  /** Whoever comes is listened to on the thread that everybody needs. */
  private void servesOneAfterAnother(ServerSocket port) {
    try {
      while (true) {
        Socket socket = port.accept();
        post(
            () -> {
              try (socket) {
                while (socket.getInputStream().read() >= 0) {
                  // Until it has said all.
                }
              } catch (IOException e) {
                // It is gone.
              }
            });
      }
    } catch (IOException e) {
      // The end.
    }
  }

  private void stays() {
    try {
      Thread.sleep(60_000);
    } catch (InterruptedException e) {
      // The test is over.
    }
  }

  /** Takes away what the flaw left, when the kit has seen it. */
  void clean() throws IOException {
    left.forEach(Thread::interrupt);
    if (open != null) {
      open.close();
    }
    channels.forEach(channel -> channel.end(new CloseReason(CloseReason.Kind.LOCAL, "the test")));
  }

  @Override
  public boolean accepts(Signal signal) {
    if (flaw == Flaw.ACCEPTS_ANYTHING) {
      return true;
    }
    if (signal instanceof Signal.Answer answer) {
      return flaw != Flaw.ACCEPTS_NO_ANSWERS && isOne(answer.sdp());
    }
    return signal instanceof Signal.Offer offer && isOne(offer.sdp());
  }

  private static boolean isOne(String sdp) {
    return sdp.contains(MEDIA) && sdp.contains(ID);
  }

  @Override
  public Link link(Peering peering, Consumer<LinkEvent> listener) {
    MemoryLink link = new MemoryLink(peering.self(), peering.peer(), peering.trickles(), listener);
    post(() -> links.add(link));
    if (flaw == Flaw.OFFERS_BY_ITSELF) {
      link.offer();
    }
    return link;
  }

  void stop() throws Exception {
    if (flaw == Flaw.LETS_THE_ROGUE_HOLD_IT_UP) {
      clean();
    }
    post(
        () -> {
          links.forEach(link -> link.closed = true);
          OFFERED.values().removeAll(links);
          CloseReason.Kind kind =
              flaw == Flaw.ENDS_AS_THE_PEERS_DOING
                  ? CloseReason.Kind.REMOTE
                  : CloseReason.Kind.LOCAL;
          if (flaw != Flaw.LEAVES_CHANNELS_OPEN) {
            channels.forEach(channel -> channel.close(new CloseReason(kind, "the end of all")));
          }
        });
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    thread.submit(() -> {}).get(30, TimeUnit.SECONDS);
    thread.shutdownNow();
    if (!thread.awaitTermination(30, TimeUnit.SECONDS)) {
      throw new IllegalStateException("it does not end");
    }
  }

  private void post(Runnable task) {
    if (!thread.isShutdown()) {
      thread.execute(task);
    }
  }

  private final class MemoryLink implements Link {
    private final PeerId self;
    private final PeerId peer;
    private final boolean trickles;
    private final Consumer<LinkEvent> listener;
    private final List<MemoryChannel> mine = new ArrayList<>();
    private @Nullable String pending;
    private @Nullable String answered;
    private boolean offeredOnce;
    private boolean dead;
    private boolean threw;
    private volatile boolean closed;

    MemoryLink(PeerId self, PeerId peer, boolean trickles, Consumer<LinkEvent> listener) {
      this.self = self;
      this.peer = peer;
      this.trickles = trickles;
      this.listener = listener;
    }

    @Override
    public void offer() {
      post(this::offerNow);
    }

    private void offerNow() {
      boolean greater = self.compareTo(peer) > 0;
      if ((closed && flaw != Flaw.TELLS_AFTER_CLOSE)
          || dead
          || (flaw == Flaw.GREATER_MUST_NOT_OFFER && greater)
          || (flaw == Flaw.NEEDS_CANDIDATES && !trickles)
          || (flaw == Flaw.OFFERS_ONCE && offeredOnce)) {
        return;
      }
      offeredOnce = true;
      withdraw();
      String id = flaw == Flaw.MIXES_PEERS_UP ? self.value() : UUID.randomUUID().toString();
      pending = id;
      OFFERED.put(id, this);
      tell(new LinkEvent.SignalOut(new Signal.Offer(sdp(id), true)));
      if (flaw != Flaw.NEVER_GIVES_UP) {
        thread.schedule(() -> giveUp(id), patience.toMillis(), TimeUnit.MILLISECONDS);
      }
    }

    private void giveUp(String id) {
      if (id.equals(pending)) {
        withdraw();
        fail();
      }
    }

    private void fail() {
      String why = "nobody answered; is the peer there?";
      tell(new LinkEvent.Failed(flaw == Flaw.SAYS_NOTHING_ON_FAILURE ? "" : why));
    }

    private void withdraw() {
      if (pending != null) {
        OFFERED.remove(pending);
        pending = null;
      }
    }

    private String sdp(String id) {
      return "v=0\r\n" + MEDIA + "\r\n" + ID + id + "\r\na=by:" + name + "\r\na=end\r\n";
    }

    @Override
    public void signal(Signal signal) {
      post(
          () -> {
            if (closed && flaw != Flaw.TELLS_AFTER_CLOSE) {
              return;
            }
            if (signal instanceof Signal.Offer offer) {
              offered(offer.sdp());
            } else if (signal instanceof Signal.Answer answer) {
              answered(answer.sdp());
            }
          });
    }

    private @Nullable String id(String sdp) {
      boolean whole =
          isOne(sdp) && sdp.endsWith("a=end\r\n") && sdp.indexOf(ID) == sdp.lastIndexOf(ID);
      boolean own = sdp.contains(name) && flaw != Flaw.TALKS_TO_ITSELF;
      return !whole || own
          ? null
          : sdp.substring(sdp.indexOf(ID) + ID.length(), sdp.indexOf("\r\na=by"));
    }

    private void offered(String sdp) {
      String id = id(sdp);
      if (id == null) {
        dead |= flaw == Flaw.DIES_OF_AN_OFFER;
        if (flaw != Flaw.IS_SILENT_ON_NONSENSE) {
          fail();
        }
        return;
      }
      if (dead || id.equals(answered) || (flaw == Flaw.ANSWERS_ONCE && !mine.isEmpty())) {
        return;
      }
      if (pending != null && self.compareTo(peer) < 0) {
        if (flaw != Flaw.DOES_NOT_REPEAT) {
          tell(new LinkEvent.SignalOut(new Signal.Offer(sdp(pending), true)));
        }
        return;
      }
      if (flaw == Flaw.NOBODY_YIELDS && pending != null) {
        return;
      }
      withdraw();
      if (!OFFERED.containsKey(id)) {
        fail();
        return;
      }
      answered = id;
      MemoryChannel[] both = MemoryChannel.pair(flaw, maxFrames, name);
      ANSWERED.put(id, both[0]);
      tell(new LinkEvent.SignalOut(new Signal.Answer(sdp(id))));
      open(both[1]);
    }

    private void answered(String sdp) {
      String id = id(sdp);
      if (id == null) {
        dead |= flaw == Flaw.DIES_OF_AN_ANSWER;
        if (pending != null) {
          withdraw();
          fail();
        }
        return;
      }
      MemoryChannel channel = ANSWERED.remove(id);
      if (flaw == Flaw.TALKS_TO_ITSELF && channel == null) {
        channel = MemoryChannel.pair(flaw, maxFrames, name)[0];
      }
      if (channel != null && (id.equals(pending) || flaw == Flaw.TELLS_AFTER_CLOSE)) {
        withdraw();
        open(channel);
      }
    }

    private void open(MemoryChannel channel) {
      mine.add(channel);
      channels.add(channel);
      tell(new LinkEvent.Opened(channel));
    }

    @Override
    public void close() {
      post(
          () -> {
            closed = true;
            withdraw();
            if (flaw == Flaw.CLOSES_CHANNELS_WITH_LINKS) {
              mine.forEach(MemoryChannel::close);
            }
          });
    }

    private void tell(LinkEvent event) {
      if (flaw == Flaw.TELLS_AT_ONCE_ON_MANY_THREADS) {
        thread("memory-teller", () -> listener.accept(event));
      } else {
        post(() -> accept(event));
      }
    }

    private void accept(LinkEvent event) {
      if (threw) {
        return;
      }
      try {
        listener.accept(event);
      } catch (RuntimeException | Error e) {
        threw = flaw == Flaw.STOPS_AFTER_A_LISTENER_THREW;
      }
    }
  }
}
