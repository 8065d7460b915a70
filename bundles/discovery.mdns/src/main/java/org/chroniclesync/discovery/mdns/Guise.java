// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.mdns;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a member looks like from outside in one hour and on the networks that it is in then. All of
 * it is drawn anew for the next, so that nothing tells one from the other.
 */
final class Guise {
  /** Who is told of those who come. */
  interface Door {
    void came(SocketChannel guest) throws IOException;

    /** Nobody can come any more. */
    void shut(Throwable why);
  }

  private static final int HOST_BYTES = 10;
  private static final int BACKLOG = 32;

  private final long hour;
  private final String instance = Base32.encode(Crypto.random(HourSecret.INSTANCE_BYTES));
  private final String host = Base32.encode(Crypto.random(HOST_BYTES));
  private final List<HourSecret> secrets;
  private final ServerSocketChannel listener;
  private final int port;

  private Guise(long hour, List<HourSecret> secrets, ServerSocketChannel listener)
      throws IOException {
    this.hour = hour;
    this.secrets = secrets;
    this.listener = listener;
    this.port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
  }

  /**
   * Puts one on.
   *
   * @param secrets those of the hour, first, and of its neighbours, since clocks differ
   * @throws IOException if there is no port to be had
   */
  static Guise of(long hour, List<HourSecret> secrets, Loop loop, Door door) throws IOException {
    ServerSocketChannel listener = ServerSocketChannel.open();
    try {
      listener.bind(new InetSocketAddress(0), BACKLOG);
      Guise guise = new Guise(hour, secrets, listener);
      loop.register(listener, SelectionKey.OP_ACCEPT, new Accepting(listener, door));
      return guise;
    } catch (IOException | RuntimeException | Error e) {
      Closing.quietly(listener);
      throw e;
    }
  }

  long hour() {
    return hour;
  }

  /** The name of the instance, without its proof. */
  String instance() {
    return instance;
  }

  String host() {
    return host;
  }

  List<HourSecret> secrets() {
    return secrets;
  }

  /** The secret by which this member asks. */
  HourSecret present() {
    return secrets.get(0);
  }

  /** The secret of the hour in which a service has that name; null if it is not ours. */
  @Nullable HourSecret secret(String service) {
    return secrets.stream().filter(one -> one.service().equals(service)).findFirst().orElse(null);
  }

  Dns.Instance in(HourSecret secret) {
    return new Dns.Instance(secret.service(), secret.label(instance, port), port);
  }

  void close() {
    Closing.quietly(listener);
  }

  private record Accepting(ServerSocketChannel listener, Door door) implements Loop.Handler {
    private static final int MAX_AT_ONCE = 16;

    @Override
    public void ready(SelectionKey key) throws IOException {
      for (int i = 0; i < MAX_AT_ONCE; i++) {
        SocketChannel guest = listener.accept();
        if (guest == null) {
          return;
        }
        try {
          door.came(guest);
        } catch (IOException | RuntimeException e) {
          Closing.quietly(guest);
        }
      }
    }

    @Override
    public void failed(Throwable thrown) {
      Closing.quietly(listener);
      door.shut(thrown);
    }
  }
}
