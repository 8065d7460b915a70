// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.transport;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.api.transport.Channel;
import org.chroniclesync.api.transport.Link;
import org.chroniclesync.api.transport.LinkEvent;
import org.chroniclesync.api.transport.Peering;
import org.chroniclesync.api.transport.Transport;
import org.jspecify.annotations.Nullable;

/** One end of a pair of peers whose signals are handed over in memory. */
final class End {
  final BlockingQueue<Channel> channels = new LinkedBlockingQueue<>();
  final BlockingQueue<String> failures = new LinkedBlockingQueue<>();

  /** What was signalled while nobody was introduced. */
  final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();

  final Link link;
  private final Duration patience;
  private final AtomicBoolean delivering = new AtomicBoolean();
  private volatile @Nullable Consumer<Signal> way;

  End(Transport transport, String self, String peer, boolean trickles, Duration patience) {
    this.patience = patience;
    this.link =
        transport.link(new Peering(new PeerId(self), new PeerId(peer), trickles, true), this::on);
  }

  /** From now on signals go there; first those that waited, for their order matters. */
  void signalsTo(Consumer<Signal> next) {
    way = next;
    deliver();
  }

  /** One thread at a time, and none waits for the other: a link may call us with a lock of its. */
  private void deliver() {
    Consumer<Signal> to = way;
    while (to != null && !signals.isEmpty() && delivering.compareAndSet(false, true)) {
      try {
        for (Signal signal = signals.poll(); signal != null; signal = signals.poll()) {
          to.accept(signal);
        }
      } finally {
        delivering.set(false);
      }
    }
  }

  /** Lets two ends signal each other, beginning with what they have signalled before. */
  static void introduce(End one, End other) {
    one.signalsTo(other.link::signal);
    other.signalsTo(one.link::signal);
  }

  Channel channel() throws InterruptedException {
    Channel channel = channels.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
    if (channel == null) {
      throw new AssertionError("no channel; failures: " + failures);
    }
    return channel;
  }

  String failure() throws InterruptedException {
    String failure = failures.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
    if (failure == null) {
      throw new AssertionError("no failure");
    }
    return failure;
  }

  Signal signal() throws InterruptedException {
    Signal signal = signals.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
    if (signal == null) {
      throw new AssertionError("no signal; failures: " + failures);
    }
    return signal;
  }

  boolean wasToldNothing() {
    return channels.isEmpty() && failures.isEmpty() && signals.isEmpty();
  }

  private void on(LinkEvent event) {
    if (event instanceof LinkEvent.SignalOut out) {
      signals.add(out.signal());
      deliver();
    } else if (event instanceof LinkEvent.Opened opened) {
      channels.add(opened.channel());
    } else if (event instanceof LinkEvent.Failed failed) {
      failures.add(failed.why());
    }
  }
}
