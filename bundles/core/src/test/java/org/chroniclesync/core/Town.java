// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import org.chroniclesync.api.discovery.Discovery;
import org.chroniclesync.api.discovery.DiscoveryEvent;
import org.chroniclesync.api.discovery.Membership;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.api.transport.Channel;
import org.chroniclesync.api.transport.ChannelBinding;
import org.chroniclesync.api.transport.ChannelClosedException;
import org.chroniclesync.api.transport.CloseReason;
import org.chroniclesync.api.transport.Frame;
import org.chroniclesync.api.transport.Link;
import org.chroniclesync.api.transport.LinkEvent;
import org.chroniclesync.api.transport.Transport;
import org.jspecify.annotations.Nullable;

/**
 * A place where nodes meet and connect inside one process, so that the engine's rules can be tested
 * under faults that real lines do not produce at will: cuts at any frame, frames that vanish.
 */
final class Town implements Discovery, Transport {
  private final Map<PeerId, Member> members = new HashMap<>();
  private final List<Line> lines = new ArrayList<>();

  /** Decides for each frame whether it arrives. */
  interface Fate {
    boolean arrives(Frame frame);
  }

  private volatile Fate fate = frame -> true;

  void fate(Fate next) {
    fate = next;
  }

  /** Whoever has the lines lead through their hands. */
  interface Middle {
    void passes(Passage passage) throws ChannelClosedException, InterruptedException;
  }

  /**
   * A frame in the hands of a middle.
   *
   * @param from who sent it
   * @param frame the frame
   * @param onward to the other end
   * @param back to who sent it
   */
  record Passage(PeerId from, Frame frame, Way onward, Way back) {
    void go() throws ChannelClosedException, InterruptedException {
      onward.put(frame);
    }
  }

  /** Puts frames in front of one end, for as long as the line is there. */
  interface Way {
    void put(Frame frame) throws ChannelClosedException, InterruptedException;
  }

  private volatile Middle middle = Passage::go;
  private volatile boolean split;

  void middle(Middle next) {
    middle = next;
  }

  /** From now on a line is two connections, each with the one in the middle, as by WebRTC. */
  void split(boolean next) {
    split = next;
  }

  /** What the discovery service does with a signal. */
  interface Carrier {
    void carry(PeerId from, PeerId to, Signal signal);
  }

  private volatile Carrier carrier = this::deliver;
  private volatile boolean introducing = true;

  void carrier(Carrier next) {
    carrier = next;
  }

  /** What the discovery service should do. */
  void deliver(PeerId from, PeerId to, Signal signal) {
    tell(to, new DiscoveryEvent.Signalled(from, signal));
  }

  /** Whether members hear of each other. */
  void introducing(boolean next) {
    introducing = next;
  }

  /** Says something to a member, true or not; on the thread of the caller. */
  void tell(PeerId to, DiscoveryEvent event) {
    Member member;
    synchronized (this) {
      member = members.get(to);
    }
    if (member != null) {
      member.listener().accept(event);
    }
  }

  /** Cuts one of the lines that there are. */
  void cut(Random random) {
    List<Line> open;
    synchronized (this) {
      lines.removeIf(line -> line.closed() != null);
      open = List.copyOf(lines);
    }
    if (!open.isEmpty()) {
      open.get(random.nextInt(open.size()))
          .end(new CloseReason(CloseReason.Kind.LOST, "the line was cut"));
    }
  }

  /** Cuts the line between two members, if there is one. */
  void cut(PeerId one, PeerId other) {
    List<Line> open;
    synchronized (this) {
      open = lines.stream().filter(line -> line.joins(one, other)).toList();
    }
    open.forEach(line -> line.end(new CloseReason(CloseReason.Kind.LOST, "the line was cut")));
  }

  synchronized int openLines() {
    lines.removeIf(line -> line.closed() != null);
    return lines.size();
  }

  // --- Meeting ----------------------------------------------------------------------------------

  private record Member(PeerId id, Consumer<DiscoveryEvent> listener) {}

  @Override
  public synchronized Membership join(RoomId room, PeerId self, Consumer<DiscoveryEvent> listener) {
    Member joined = new Member(self, listener);
    for (Member other : introducing ? List.copyOf(members.values()) : List.<Member>of()) {
      other.listener().accept(new DiscoveryEvent.PeerSeen(self));
      listener.accept(new DiscoveryEvent.PeerSeen(other.id()));
    }
    members.put(self, joined);
    return new Membership() {
      @Override
      public void signal(PeerId peer, Signal signal) {
        carrier.carry(self, peer, signal);
      }

      @Override
      public boolean trickles() {
        return true;
      }

      @Override
      public void close() {
        synchronized (Town.this) {
          members.remove(self);
          members
              .values()
              .forEach(other -> other.listener().accept(new DiscoveryEvent.PeerGone(self)));
        }
      }
    };
  }

  private volatile BiPredicate<PeerId, PeerId> roads = (from, to) -> true;

  /** From now on a member may lay a line to another only where there is a road. */
  void roads(BiPredicate<PeerId, PeerId> next) {
    roads = next;
  }

  // --- Connecting -------------------------------------------------------------------------------

  /** The road that the town has. */
  private final Road road = new Road("town");

  @Override
  public boolean accepts(Signal signal) {
    return road.accepts(signal);
  }

  @Override
  public Link link(PeerId self, PeerId peer, boolean trickles, Consumer<LinkEvent> listener) {
    return road.link(self, peer, trickles, listener);
  }

  @Override
  public String toString() {
    return road.toString();
  }

  /** Another way to connect, which can be closed. */
  final class Road implements Transport {
    private final String name;
    private volatile boolean blocked;

    Road(String name) {
      this.name = name;
    }

    /** From now on nobody gets through who has not yet. */
    void block() {
      blocked = true;
    }

    /** What a transport does when it stops: its channels end. */
    void close() {
      List<Line> mine;
      synchronized (Town.this) {
        mine = lines.stream().filter(line -> line.name.startsWith(name + "-")).toList();
      }
      mine.forEach(line -> line.end(new CloseReason(CloseReason.Kind.LOCAL, name + " stops")));
    }

    @Override
    public boolean accepts(Signal signal) {
      return sdp(signal).startsWith(name + "-");
    }

    @Override
    public Link link(PeerId self, PeerId peer, boolean trickles, Consumer<LinkEvent> listener) {
      return new Link() {
        @Override
        public void offer() {
          if (blocked || !roads.test(self, peer)) {
            listener.accept(new LinkEvent.Failed(name + " is blocked"));
            return;
          }
          Line line = new Line(name, self);
          offers.put(line.name, line);
          listener.accept(new LinkEvent.SignalOut(new Signal.Offer(line.name, true)));
        }

        @Override
        public void signal(Signal signal) {
          Line line = offers.get(sdp(signal));
          if (line != null && signal instanceof Signal.Offer) {
            synchronized (Town.this) {
              lines.add(line);
            }
            line.right.owner = self;
            listener.accept(new LinkEvent.SignalOut(new Signal.Answer(line.name)));
            listener.accept(new LinkEvent.Opened(line.right));
          } else if (line != null) {
            listener.accept(new LinkEvent.Opened(line.left));
          }
        }

        @Override
        public void close() {}
      };
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static String sdp(Signal signal) {
    if (signal instanceof Signal.Offer offer) {
      return offer.sdp();
    }
    return signal instanceof Signal.Answer answer ? answer.sdp() : "";
  }

  private final Map<String, Line> offers = new ConcurrentHashMap<>();

  /** Both ends of a channel. */
  private final class Line {
    final String name;
    final AtomicReference<@Nullable CloseReason> closed = new AtomicReference<>();
    final boolean isSplit = split;
    final End left = new End(this);
    final End right = new End(this);

    Line(String road, PeerId left) {
      name = road + "-" + System.identityHashCode(this) + "-" + System.nanoTime();
      this.left.owner = left;
    }

    boolean joins(PeerId one, PeerId other) {
      return (one.equals(left.owner) && other.equals(right.owner))
          || (one.equals(right.owner) && other.equals(left.owner));
    }

    ChannelBinding binding(End end) {
      String certificates = isSplit && end == right ? name + " behind the middle" : name;
      return new ChannelBinding(certificates.getBytes(StandardCharsets.UTF_8));
    }

    @Nullable CloseReason closed() {
      return closed.get();
    }

    End other(End end) {
      return end == left ? right : left;
    }

    void end(CloseReason reason) {
      closed.compareAndSet(null, reason);
    }
  }

  private final class End implements Channel {
    private static final int MAX_QUEUED = 256;

    private final Line line;
    private final LinkedBlockingDeque<Frame> inbox = new LinkedBlockingDeque<>(MAX_QUEUED);
    private volatile @Nullable PeerId owner;

    End(Line line) {
      this.line = line;
    }

    @Override
    public void send(Frame frame) throws ChannelClosedException, InterruptedException {
      check();
      if (fate.arrives(frame)) {
        middle.passes(
            new Passage(Objects.requireNonNull(owner), frame, line.other(this)::put, this::put));
      }
    }

    private void put(Frame frame) throws ChannelClosedException, InterruptedException {
      do {
        check();
      } while (!inbox.offer(frame, 10, TimeUnit.MILLISECONDS));
    }

    @Override
    public boolean flush(Duration patience) {
      return true;
    }

    @Override
    public @Nullable Frame receive(Duration patience)
        throws ChannelClosedException, InterruptedException {
      long deadline = System.nanoTime() + patience.toNanos();
      while (true) {
        Frame frame = inbox.poll(10, TimeUnit.MILLISECONDS);
        if (frame != null) {
          return frame;
        }
        check();
        if (System.nanoTime() - deadline >= 0) {
          return null;
        }
      }
    }

    private void check() throws ChannelClosedException {
      CloseReason reason = line.closed();
      if (reason != null) {
        throw new ChannelClosedException(reason);
      }
    }

    @Override
    public int maxFrameBytes() {
      return 262_144;
    }

    @Override
    public ChannelBinding binding() {
      return line.binding(this);
    }

    @Override
    public void close(CloseReason reason) {
      line.end(new CloseReason(CloseReason.Kind.REMOTE, reason.sentence()));
    }
  }
}
