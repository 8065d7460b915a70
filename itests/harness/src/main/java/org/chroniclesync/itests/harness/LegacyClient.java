// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.harness;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.chroniclesync.api.crypto.EnvelopeException;
import org.chroniclesync.api.crypto.Identity;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.message.MalformedMessageException;
import org.chroniclesync.api.message.Message;
import org.chroniclesync.api.message.MessageCodec;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.transport.Channel;
import org.chroniclesync.api.transport.ChannelClosedException;
import org.chroniclesync.api.transport.Frame;
import org.jspecify.annotations.Nullable;

/**
 * A client of version 1, over WebRTC, and with the account of a node: it offers to whoever is
 * there, answers pings, and keeps what it is sent. Safe for any thread.
 */
public final class LegacyClient implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);

  private final Identity identity;
  private final MessageCodec codec;
  private final BareChannel channel;
  private final Map<String, Visit> visits = new ConcurrentHashMap<>();
  private volatile @Nullable Thread reader;

  private LegacyClient(Parts parts, String name) {
    this.identity = parts.identity();
    this.codec = parts.codec();
    this.channel = new BareChannel(parts, name, LegacyClient::asOfVersion1, this::listen);
  }

  /**
   * Joins the room of an account.
   *
   * @param folder where it keeps what it needs
   * @param mnemonic the words of the account
   * @param url of the discovery service
   * @param name its peer id
   * @return the client
   * @throws IOException if its folder cannot be written
   */
  public static LegacyClient start(Path folder, String mnemonic, String url, String name)
      throws IOException {
    Parts parts = Parts.ofAccount(folder, mnemonic, url);
    try {
      return new LegacyClient(parts, name);
    } catch (RuntimeException e) {
      parts.close();
      throw e;
    }
  }

  /**
   * Tells whether it has a channel to somebody.
   *
   * @return true once it has
   */
  public boolean isConnected() {
    return channel.now() != null;
  }

  /**
   * Returns what it was sent.
   *
   * @return the visits by device and visit id
   */
  public Map<String, Visit> visits() {
    return new TreeMap<>(visits);
  }

  /**
   * Sends visits.
   *
   * @param sent the visits
   */
  public void send(List<Visit> sent) {
    Channel open = channel.now();
    if (open == null) {
      throw new IllegalStateException("there is no channel yet");
    }
    try {
      List<Entry> entries = sent.stream().map(NodeUnderTest::entry).toList();
      send(open, new Payload.History(entries, null, 0));
    } catch (ChannelClosedException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void send(Channel open, Payload payload)
      throws ChannelClosedException, InterruptedException {
    Message message = new Message(payload, identity.account().value(), System.currentTimeMillis());
    open.send(new Frame.Text(identity.envelopes().seal(codec.encode(message))));
  }

  private void listen(Channel open) {
    Thread thread = new Thread(() -> read(open), "legacy-client");
    thread.setDaemon(true);
    reader = thread;
    thread.start();
  }

  private static Signal asOfVersion1(Signal signal) {
    return signal instanceof Signal.Offer offer ? new Signal.Offer(offer.sdp(), false) : signal;
  }

  private void read(Channel open) {
    try {
      while (true) {
        if (open.receive(POLL) instanceof Frame.Text text) {
          hear(open, codec.decode(identity.envelopes().open(text.text())).payload());
        }
      }
    } catch (ChannelClosedException | InterruptedException e) {
      return;
    } catch (EnvelopeException | MalformedMessageException e) {
      throw new IllegalStateException("a node sent what its own account cannot read", e);
    }
  }

  private void hear(Channel open, Payload payload)
      throws ChannelClosedException, InterruptedException {
    if (payload instanceof Payload.Ping ping) {
      send(open, new Payload.Pong(ping.timestamp(), null));
    } else if (payload instanceof Payload.History history) {
      history.entries().stream()
          .map(NodeUnderTest::visit)
          .forEach(visit -> visits.put(visit.device() + "/" + visit.visitId(), visit));
    }
  }

  @Override
  public void close() {
    channel.leave();
    Thread thread = reader;
    if (thread != null) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    channel.close();
  }
}
