// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.harness;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.api.transport.Channel;
import org.chroniclesync.api.transport.ChannelClosedException;
import org.chroniclesync.api.transport.Frame;
import org.chroniclesync.api.transport.Link;
import org.chroniclesync.api.transport.LinkEvent;
import org.chroniclesync.api.transport.Peering;
import org.chroniclesync.api.transport.Transport;
import org.jspecify.annotations.Nullable;

/**
 * A conduct: it ends the signals of both sides itself, makes a WebRTC connection of its own with
 * each in the name of the other, and passes the frames. It has no mnemonic. What it cannot read it
 * keeps, and offers something of its own in its place.
 */
public final class MiddleMan implements HostileDiscovery.Conduct, AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final long POLL_NANOS = 1_000_000;

  private final HostileDiscovery service;
  private final Parts parts;
  private final Transport transport;
  private final Map<Side, Half> halves = new ConcurrentHashMap<>();
  private final List<Frame> frames = new CopyOnWriteArrayList<>();
  private final List<Thread> pumps = new CopyOnWriteArrayList<>();

  /**
   * One side of a connection.
   *
   * @param victim with whom it is
   * @param as whom the victim takes us for
   */
  private record Side(String victim, String as) {
    Side other() {
      return new Side(as, victim);
    }
  }

  private MiddleMan(HostileDiscovery service, Parts parts) {
    this.service = service;
    this.parts = parts;
    this.transport = parts.transport();
  }

  /**
   * Makes one.
   *
   * @param service whose conduct it will be
   * @param folder where it keeps what it needs
   * @return the man in the middle
   * @throws IOException if its folder cannot be written
   */
  public static MiddleMan of(HostileDiscovery service, Path folder) throws IOException {
    Parts parts = Parts.withoutAccount(folder);
    try {
      return new MiddleMan(service, parts);
    } catch (RuntimeException e) {
      parts.close();
      throw e;
    }
  }

  @Override
  public void signalled(HostileDiscovery.Signalled signal) {
    Half from = half(new Side(signal.from(), signal.to()));
    Half to = half(new Side(signal.to(), signal.from()));
    if (signal.isSealed()) {
      from.offerOnce();
      to.offerOnce();
      return;
    }
    Signal read = signal(HostileDiscovery.read(signal.json()));
    from.link.signal(read);
    if (read instanceof Signal.Offer) {
      to.offerOnce();
    }
  }

  private Half half(Side side) {
    return halves.computeIfAbsent(side, Half::new);
  }

  /**
   * Tells whether it has a connection with both of two, which take it for each other.
   *
   * @param one a peer id
   * @param other another
   * @return true if both are there, and not secured alike
   */
  public boolean isBetween(String one, String other) {
    Channel left = half(new Side(one, other)).channel;
    Channel right = half(new Side(other, one)).channel;
    return left != null && right != null && !left.binding().equals(right.binding());
  }

  /**
   * Tells whether anybody let it in.
   *
   * @return true if there is or was a connection
   */
  public boolean hasAny() {
    return halves.values().stream().anyMatch(half -> half.channel != null);
  }

  /**
   * Returns what passed.
   *
   * @return the texts of all frames, oldest first
   */
  public List<String> frames() {
    return frames.stream()
        .map(frame -> frame instanceof Frame.Text text ? text.text() : "binary")
        .toList();
  }

  /**
   * Sends all frames that passed so far once more, to both.
   *
   * @param one a peer id
   * @param other another
   */
  public void playBack(String one, String other) {
    for (Frame frame : List.copyOf(frames)) {
      half(new Side(one, other)).send(frame);
      half(new Side(other, one)).send(frame);
    }
  }

  private static Signal signal(JsonNode json) {
    return switch (json.path("type").asText()) {
      case "offer" ->
          new Signal.Offer(json.path("sdp").asText(), json.path("node").asBoolean(false));
      case "answer" -> new Signal.Answer(json.path("sdp").asText());
      default -> {
        JsonNode candidate = json.path("candidate");
        yield new Signal.Candidate(
            candidate.path("sdpMid").asText(),
            candidate.path("sdpMLineIndex").asInt(),
            candidate.path("candidate").asText());
      }
    };
  }

  private static String json(Signal signal, boolean node) {
    ObjectNode json = HostileDiscovery.object();
    if (signal instanceof Signal.Offer offer) {
      json.put("type", "offer").put("sdp", offer.sdp());
      if (node) {
        json.put("node", true);
      }
    } else if (signal instanceof Signal.Answer answer) {
      json.put("type", "answer").put("sdp", answer.sdp());
    } else if (signal instanceof Signal.Candidate candidate) {
      json.put("type", "candidate")
          .putObject("candidate")
          .put("sdpMid", candidate.sdpMid())
          .put("sdpMLineIndex", candidate.sdpMLineIndex())
          .put("candidate", candidate.candidate());
    }
    return json.toString();
  }

  /** The connection with one of both. */
  private final class Half {
    final Side side;
    final Link link;
    volatile @Nullable Channel channel;
    private boolean offered;

    Half(Side side) {
      this.side = side;
      PeerId as = new PeerId(side.as());
      this.link = transport.link(Peering.of(as, new PeerId(side.victim())), this::on);
    }

    synchronized void offerOnce() {
      if (!offered) {
        offered = true;
        link.offer();
      }
    }

    private void on(LinkEvent event) {
      if (event instanceof LinkEvent.SignalOut out) {
        boolean node = new PeerId(side.as()).isNode();
        service.relay(side.as(), side.victim(), json(out.signal(), node));
      } else if (event instanceof LinkEvent.Opened opened) {
        channel = opened.channel();
        Thread pump =
            new Thread(() -> pump(opened.channel()), "middle-" + side.victim() + "-" + side.as());
        pump.setDaemon(true);
        pumps.add(pump);
        pump.start();
      }
    }

    private void pump(Channel from) {
      try {
        while (true) {
          Channel to = half(side.other()).channel;
          // Until there is somebody to pass it to, it stays where it is.
          Frame frame = to == null ? null : from.receive(POLL);
          if (to != null && frame != null) {
            frames.add(frame);
            to.send(frame);
          } else if (to == null) {
            LockSupport.parkNanos(POLL_NANOS);
          }
        }
      } catch (ChannelClosedException | InterruptedException e) {
        from.close();
        half(side.other()).close();
      }
    }

    void send(Frame frame) {
      Channel open = channel;
      if (open == null) {
        throw new IllegalStateException("there is no channel to " + side.victim());
      }
      try {
        open.send(frame);
      } catch (ChannelClosedException e) {
        throw new IllegalStateException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }

    void close() {
      Channel open = channel;
      if (open != null) {
        open.close();
      }
    }
  }

  @Override
  public void close() {
    halves.values().forEach(half -> half.link.close());
    halves.values().forEach(Half::close);
    pumps.forEach(Thread::interrupt);
    parts.close();
  }
}
