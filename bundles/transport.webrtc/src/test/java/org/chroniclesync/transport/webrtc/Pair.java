// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.webrtc;

import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.api.transport.AttemptReport;
import org.chroniclesync.api.transport.Channel;
import org.chroniclesync.api.transport.Link;
import org.chroniclesync.api.transport.LinkEvent;
import org.chroniclesync.api.transport.Peering;
import org.chroniclesync.testkits.transport.TransportKit.Running;

/** One end of a pair of peers whose signals are handed over in memory. */
final class Pair {
  private static final long PATIENCE_SECONDS = 60;

  final BlockingQueue<Channel> channels = new LinkedBlockingQueue<>();
  final BlockingQueue<String> failures = new LinkedBlockingQueue<>();
  final Link link;

  /** How far it was when it last said so. */
  volatile AttemptReport report = AttemptReport.unknown(Instant.EPOCH, false);

  private volatile Consumer<Signal> way = signal -> {};

  Pair(WebRtcTransport transport, String self, String peer, boolean trickles) {
    this(transport, new Peering(new PeerId(self), new PeerId(peer), trickles, true));
  }

  Pair(WebRtcTransport transport, Peering peering) {
    this.link = transport.link(peering, this::on);
  }

  void signalsTo(Consumer<Signal> next) {
    way = next;
  }

  /** Lets two ends signal each other. */
  static void introduce(Pair one, Pair other) {
    one.signalsTo(other.link::signal);
    other.signalsTo(one.link::signal);
  }

  Channel channel() throws InterruptedException {
    Channel channel = channels.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (channel == null) {
      throw new AssertionError("no channel; failures: " + failures);
    }
    return channel;
  }

  String failure() throws InterruptedException {
    String failure = failures.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (failure == null) {
      throw new AssertionError("no failure");
    }
    return failure;
  }

  private void on(LinkEvent event) {
    if (event instanceof LinkEvent.SignalOut out) {
      way.accept(out.signal());
    } else if (event instanceof LinkEvent.Opened opened) {
      channels.add(opened.channel());
    } else if (event instanceof LinkEvent.Failed failed) {
      failures.add(failed.why());
    } else if (event instanceof LinkEvent.Progress progress) {
      report = progress.report();
    }
  }

  /** Where no attempt is to fail, each has all the time that a busy machine may take. */
  static final long NEVER_MILLIS = 60_000;

  /** Where one is to fail, as whom nobody answers, this is waited for. */
  static final long SOME_MILLIS = 15_000;

  /** A transport as the contracts want it, with small buffers. */
  static Running start(long connectTimeoutMillis) {
    WebRtcTransport transport =
        new WebRtcTransport(
            config(
                Map.of(
                    "receiveBufferBytes",
                    2 * 1024 * 1024,
                    "connectTimeoutMillis",
                    connectTimeoutMillis)));
    return new Running(transport, transport::deactivate);
  }

  static Config config(Map<String, Object> values) {
    return (Config)
        Proxy.newProxyInstance(
            Config.class.getClassLoader(),
            new Class<?>[] {Config.class},
            (proxy, method, args) ->
                values.getOrDefault(method.getName(), method.getDefaultValue()));
  }
}
