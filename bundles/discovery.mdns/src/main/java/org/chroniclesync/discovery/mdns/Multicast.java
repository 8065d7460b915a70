// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.mdns;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.nio.channels.SelectionKey;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The group of multicast DNS in one family of addresses, on all networks. Others on this computer,
 * such as avahi-daemon, listen on the same port; what is sent to the group comes to all of them.
 * What is sent to one address comes to only one of them, whichever, and so is never asked for.
 */
final class Multicast {
  static final int PORT = 5_353;
  private static final Logger LOG = LoggerFactory.getLogger(Multicast.class);
  private static final int HOPS = 255;

  /** Packets that are read before others have their turn. */
  private static final int MAX_AT_ONCE = 64;

  /** Who is told of packets. */
  interface Ear {
    void heard(Multicast by, Network network, InetSocketAddress from, Dns.Message message);

    /** Nothing can be heard any more. */
    void deaf(Multicast by, Throwable why);
  }

  private final boolean four;
  private final DatagramChannel channel;
  private final List<Network> networks;
  private final Ear ear;
  private final ByteBuffer packet = ByteBuffer.allocate(Dns.MAX_BYTES);
  private int joined;

  private Multicast(boolean four, DatagramChannel channel, List<Network> networks, Ear ear) {
    this.four = four;
    this.channel = channel;
    this.networks = networks;
    this.ear = ear;
  }

  /**
   * Joins the group on all networks that have such addresses and let it be joined.
   *
   * @return null if there is none
   * @throws IOException if the port cannot be shared, or the family is not there
   */
  static @Nullable Multicast open(boolean four, List<Network> networks, Loop loop, Ear ear)
      throws IOException {
    List<Network> fitting = networks.stream().filter(one -> one.address(four) != null).toList();
    if (fitting.isEmpty()) {
      return null;
    }
    DatagramChannel channel =
        DatagramChannel.open(four ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
    Multicast made = new Multicast(four, channel, fitting, ear);
    try {
      made.bind();
      made.joinAll();
      if (made.joined > 0) {
        loop.register(channel, SelectionKey.OP_READ, made.new Reading());
        return made;
      }
    } catch (IOException | RuntimeException | Error e) {
      made.close();
      throw e;
    }
    made.close();
    return null;
  }

  private void bind() throws IOException {
    channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
    if (channel.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT)) {
      channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
    }
    channel.setOption(StandardSocketOptions.IP_MULTICAST_TTL, HOPS);
    channel.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, true);
    channel.bind(new InetSocketAddress(PORT));
  }

  private void joinAll() {
    for (Network network : networks) {
      try {
        MembershipKey key = channel.join(group(0), network.by());
        joined += key.isValid() ? 1 : 0;
      } catch (IOException e) {
        LOG.debug("{} carries no multicast", network.name(), e);
      }
    }
  }

  private InetAddress group(int scope) throws UnknownHostException {
    if (four) {
      return InetAddress.getByAddress(new byte[] {(byte) 224, 0, 0, (byte) 251});
    }
    byte[] six = new byte[16];
    six[0] = (byte) 0xff;
    six[1] = 2;
    six[15] = (byte) 0xfb;
    return scope == 0 ? InetAddress.getByAddress(six) : Inet6Address.getByAddress("", six, scope);
  }

  boolean isFour() {
    return four;
  }

  List<Network> networks() {
    return networks;
  }

  /** Sends to all on one network, as well as can be. */
  void send(Network network, byte[] bytes) {
    try {
      channel.setOption(StandardSocketOptions.IP_MULTICAST_IF, network.by());
      channel.send(
          ByteBuffer.wrap(bytes), new InetSocketAddress(group(four ? 0 : network.index()), PORT));
    } catch (IOException e) {
      LOG.debug("nothing can be sent on {}", network.name(), e); // it has gone, or will be back
    }
  }

  void close() {
    Closing.quietly(channel);
  }

  /** Reads what comes. */
  private final class Reading implements Loop.Handler {
    @Override
    public void ready(SelectionKey key) throws IOException {
      for (int i = 0; i < MAX_AT_ONCE && channel.isOpen(); i++) {
        packet.clear();
        InetSocketAddress from = (InetSocketAddress) channel.receive(packet);
        if (from == null) {
          return;
        }
        take(from);
      }
    }

    /** Who does not send from that port is no neighbour (RFC 6762, section 6). */
    private void take(InetSocketAddress from) {
      Network network = from.getPort() == PORT ? network(from.getAddress()) : null;
      Dns.Message message = network == null ? null : Dns.read(packet.flip());
      if (network != null && message != null) {
        ear.heard(Multicast.this, network, from, message);
      }
    }

    private @Nullable Network network(InetAddress from) {
      return networks.stream().filter(one -> one.contains(from)).findFirst().orElse(null);
    }

    @Override
    public void failed(Throwable thrown) {
      close();
      ear.deaf(Multicast.this, thrown);
    }
  }
}
