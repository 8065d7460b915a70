// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.harness;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.chroniclesync.api.discovery.Credentials;
import org.chroniclesync.api.discovery.DiscoveryEvent;
import org.chroniclesync.api.discovery.Membership;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.api.transport.Channel;
import org.chroniclesync.api.transport.Link;
import org.chroniclesync.api.transport.LinkEvent;
import org.chroniclesync.api.transport.Peering;
import org.chroniclesync.api.transport.Transport;
import org.jspecify.annotations.Nullable;

/**
 * A channel over WebRTC to whoever else is in the room of an account, with nothing said over it:
 * what a client of version 1 begins with, and what a node could do at best. Safe for any thread.
 */
public final class BareChannel implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  private final PeerId self;
  private final Parts parts;
  private final UnaryOperator<Signal> outgoing;
  private final Consumer<Channel> whenOpened;
  private final Transport transport;
  private final Map<PeerId, Link> links = new ConcurrentHashMap<>();
  private final CompletableFuture<Channel> channel = new CompletableFuture<>();

  /** Others may be seen before joining returns. */
  private final CompletableFuture<Membership> membership = new CompletableFuture<>();

  BareChannel(
      Parts parts, String name, UnaryOperator<Signal> outgoing, Consumer<Channel> whenOpened) {
    this.parts = parts;
    this.self = new PeerId(name);
    this.outgoing = outgoing;
    this.whenOpened = whenOpened;
    this.transport = parts.transport();
    membership.complete(
        parts
            .discovery()
            .join(parts.identity().account().room(), Credentials.withoutKey(self), this::on));
  }

  /**
   * Joins the room of an account.
   *
   * @param folder where it keeps what it needs
   * @param mnemonic the words of the account
   * @param url of the discovery service
   * @param name its peer id
   * @return what will be a channel
   * @throws IOException if its folder cannot be written
   */
  public static BareChannel start(Path folder, String mnemonic, String url, String name)
      throws IOException {
    Parts parts = Parts.ofAccount(folder, mnemonic, url);
    try {
      return new BareChannel(parts, name, UnaryOperator.identity(), opened -> {});
    } catch (RuntimeException e) {
      parts.close();
      throw e;
    }
  }

  /**
   * Waits for the channel.
   *
   * @return the first that opened
   * @throws InterruptedException if interrupted
   */
  public Channel await() throws InterruptedException {
    try {
      return channel.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("no channel opened", e);
    }
  }

  /** Returns the first that opened, or null if none has. */
  @Nullable Channel now() {
    return channel.getNow(null);
  }

  private void on(DiscoveryEvent event) {
    if (event instanceof DiscoveryEvent.PeerSeen seen) {
      link(seen.peer()).offer();
    } else if (event instanceof DiscoveryEvent.Signalled signalled) {
      link(signalled.peer()).signal(signalled.signal());
    }
  }

  private Link link(PeerId peer) {
    return links.computeIfAbsent(
        peer, other -> transport.link(Peering.of(self, other), event -> on(other, event)));
  }

  private void on(PeerId peer, LinkEvent event) {
    if (event instanceof LinkEvent.SignalOut out) {
      membership.join().signal(peer, outgoing.apply(out.signal()));
    } else if (event instanceof LinkEvent.Opened opened) {
      channel.complete(opened.channel());
      whenOpened.accept(opened.channel());
    }
  }

  /** Ends the channel, and with it the threads that read from it. */
  void leave() {
    membership.join().close();
    Channel open = now();
    if (open != null) {
      open.close();
    }
  }

  @Override
  public void close() {
    leave();
    parts.close();
  }
}
