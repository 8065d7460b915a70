// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.session;

import java.util.Base64;
import java.util.random.RandomGenerator;
import org.chroniclesync.api.crypto.Ephemeral;
import org.chroniclesync.api.crypto.HandshakeException;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.message.Hello;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.api.transport.ChannelClosedException;
import org.chroniclesync.api.transport.CloseReason;
import org.jspecify.annotations.Nullable;

/**
 * How a session finds out whom it has before it: another node, with which it goes over to version
 * 2, or a client of version 1. Neither can be made to take the other for what it is not by anybody
 * who has not got the key: only a client answers our ping, which is unlike any before, without
 * saying that it is a node. For the thread that receives.
 */
final class Handshake implements AutoCloseable {
  /** The protocol version that this node speaks. */
  static final int VERSION = 2;

  /** What the peer turned out to be. */
  enum Peer {
    /** Not known yet. */
    UNKNOWN,
    /** It said that it is a node; it has yet to prove that it has the keys of this session. */
    UNPROVEN,
    /** A node. */
    NODE,
    /** A client of version 1. */
    LEGACY
  }

  private final Wire wire;
  private final Sender sender;
  private final long window;
  private final PeerId self;
  private final PeerId id;
  private final boolean introduced;
  private final boolean legacyAllowed;
  private final double timestamp;
  private volatile Peer peer = Peer.UNKNOWN;
  private PeerId name;
  private @Nullable Ephemeral ours;

  /**
   * Begins nothing yet.
   *
   * @param introduced whether the peer's name is its own; where a person carries the signals, it is
   *     made up
   */
  Handshake(
      Wire wire,
      Sender sender,
      long window,
      PeerId self,
      PeerId id,
      boolean introduced,
      boolean legacyAllowed,
      RandomGenerator random) {
    this.wire = wire;
    this.sender = sender;
    this.window = window;
    this.self = self;
    this.id = id;
    this.name = id;
    this.introduced = introduced;
    this.legacyAllowed = legacyAllowed;
    this.timestamp = random.nextLong(1L << 53);
  }

  Peer peer() {
    return peer;
  }

  /** Returns the name that the peer has proved to be its own, if it is a node. */
  PeerId name() {
    return name;
  }

  /** Tells whether the peer may say more than ping and pong in version 1. */
  boolean mayBeLegacy() {
    return legacyAllowed && !isNodeByName();
  }

  private boolean isNodeByName() {
    return introduced && id.isNode();
  }

  /** Says the first word. */
  void begin(StoreState state) throws ChannelClosedException, InterruptedException {
    Ephemeral made = wire.begin();
    ours = made;
    Hello.Share share =
        new Hello.Share(self, base64(made.share()), base64(wire.prove(made)), window);
    Hello hello = hello(state, share);
    // Packed now: the peer's share may be here before this is sent.
    sender.greet(wire.prepare(new Payload.Ping(timestamp, hello)));
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().withoutPadding().encodeToString(bytes);
  }

  static Hello hello(StoreState state, Hello.@Nullable Share share) {
    return new Hello(VERSION, state.feed(), state.entries() + state.tombstones(), share);
  }

  /**
   * Takes notice of a message in version 1.
   *
   * @throws ChannelClosedException if the peer is refused; says why
   */
  void hear(Payload payload) throws ChannelClosedException, InterruptedException {
    if (payload instanceof Payload.Ping ping && ping.hello() != null) {
      Hello.Share theirs = ping.hello().share();
      if (theirs != null && ours != null) {
        secure(ours, theirs);
      }
    } else if (payload instanceof Payload.Pong pong && pong.timestamp() == timestamp) {
      if (pong.hello() != null) {
        throw refused("it is a node, but somebody put another greeting in the place of its own");
      }
      settleForLegacy();
    }
  }

  private void secure(Ephemeral share, Hello.Share theirs)
      throws ChannelClosedException, InterruptedException {
    if (introduced && !theirs.peer().equals(id)) {
      throw refused("it was introduced under a name that is not its own");
    }
    if (theirs.window() == 0) {
      throw refused("it greets without a receive window; update it");
    }
    try {
      byte[] shared = Base64.getDecoder().decode(theirs.text());
      if (!wire.isProven(shared, theirs.peer(), Base64.getDecoder().decode(theirs.proof()))) {
        throw refused("it does not prove that the name that it bears is its own; update it");
      }
      sender.begin(theirs.window());
      wire.secure(share, shared, theirs.peer());
      name = theirs.peer();
      peer = Peer.UNPROVEN;
    } catch (IllegalArgumentException e) {
      throw refused("it greets with a share or a proof that is not base64");
    } catch (HandshakeException e) {
      throw refused("no keys can be agreed on with it (" + e.reason() + ")");
    }
  }

  private void settleForLegacy() throws ChannelClosedException {
    if (isNodeByName()) {
      throw refused("it calls itself a node but speaks version 1 only; update it");
    }
    if (!legacyAllowed) {
      throw refused(
          "it speaks version 1 only; update it, or set legacy of org.chroniclesync.core to allow");
    }
    peer = Peer.LEGACY;
  }

  /** A frame of the session could be opened, so the peer has its keys. */
  void proven() {
    peer = Peer.NODE;
  }

  private static ChannelClosedException refused(String why) {
    return new ChannelClosedException(new CloseReason(CloseReason.Kind.VIOLATION, why));
  }

  /** Wipes what was not used. */
  @Override
  public void close() {
    Ephemeral made = ours;
    if (made != null) {
      made.close();
    }
  }
}
