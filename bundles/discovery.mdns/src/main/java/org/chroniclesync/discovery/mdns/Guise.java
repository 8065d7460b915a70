// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.mdns;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.HashSet;
import java.util.Set;

/**
 * What a member looks like from outside to whoever asks by the name of one hour: an instance, a
 * host and a port, which are told under that name and no other. So nothing that is told tells one
 * hour from the next. Drawn anew for other networks.
 */
final class Guise {
  /** Who is told of those who come. */
  interface Door {
    void came(Guise to, SocketChannel guest) throws IOException;

    /** Nobody can come any more. */
    void shut(Guise guise, Throwable why);
  }

  private static final int HOST_BYTES = 10;
  private static final int BACKLOG = 32;

  /** Members that connected, at most; who does so more often is no good one. */
  private static final int MAX_FIRSTS = 4_096;

  private final String instance = Base32.encode(Crypto.random(HourSecret.INSTANCE_BYTES));
  private final String host = Base32.encode(Crypto.random(HOST_BYTES));
  private final Set<String> firsts = new HashSet<>();
  private final HourSecret secret;
  private final ServerSocketChannel listener;
  private final int port;

  private Guise(HourSecret secret, ServerSocketChannel listener) throws IOException {
    this.secret = secret;
    this.listener = listener;
    this.port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
  }

  /**
   * Puts one on.
   *
   * @throws IOException if there is no port to be had
   */
  static Guise of(HourSecret secret, Loop loop, Door door) throws IOException {
    ServerSocketChannel listener = ServerSocketChannel.open();
    try {
      listener.bind(new InetSocketAddress(0), BACKLOG);
      Guise guise = new Guise(secret, listener);
      loop.register(listener, SelectionKey.OP_ACCEPT, guise.new Accepting(door));
      return guise;
    } catch (IOException | RuntimeException | Error e) {
      Closing.quietly(listener);
      throw e;
    }
  }

  /** The name of the instance, without its proof. */
  String instance() {
    return instance;
  }

  String host() {
    return host;
  }

  HourSecret secret() {
    return secret;
  }

  Dns.Instance shown() {
    return new Dns.Instance(secret.service(), secret.label(instance, port), port);
  }

  /** Notes a first message by a member; true if it came before, which no member's does. */
  boolean isReplayed(byte[] first) {
    return firsts.size() >= MAX_FIRSTS || !firsts.add(Base32.encode(Crypto.sha256(first)));
  }

  void close() {
    Closing.quietly(listener);
  }

  private final class Accepting implements Loop.Handler {
    private static final int MAX_AT_ONCE = 16;

    private final Door door;

    Accepting(Door door) {
      this.door = door;
    }

    @Override
    public void ready(SelectionKey key) throws IOException {
      for (int i = 0; i < MAX_AT_ONCE; i++) {
        SocketChannel guest = listener.accept();
        if (guest == null) {
          return;
        }
        try {
          door.came(Guise.this, guest);
        } catch (IOException | RuntimeException e) {
          Closing.quietly(guest);
        }
      }
    }

    @Override
    public void failed(Throwable thrown) {
      Closing.quietly(listener);
      door.shut(Guise.this, thrown);
    }
  }
}
