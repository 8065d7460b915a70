// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.mdns;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Somebody on the network who hears, and can say, what anybody can: a stranger. */
final class Capture implements AutoCloseable {
  private final DatagramChannel channel;
  private final List<byte[]> packets = new CopyOnWriteArrayList<>();

  Capture() throws IOException {
    NetworkInterface loopback = NetworkInterface.getByName(Loopback.SETTINGS.interfaces().get(0));
    channel = DatagramChannel.open(StandardProtocolFamily.INET);
    channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
    if (channel.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT)) {
      channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
    }
    channel.setOption(StandardSocketOptions.IP_MULTICAST_IF, loopback);
    channel.bind(new InetSocketAddress(Multicast.PORT));
    channel.join(group(), loopback);
    Thread thread = new Thread(this::read, "capture");
    thread.setDaemon(true);
    thread.start();
  }

  private static InetAddress group() throws IOException {
    return InetAddress.getByName("224.0.0.251");
  }

  private void read() {
    ByteBuffer packet = ByteBuffer.allocate(9_000);
    try {
      while (!Thread.interrupted()) {
        packet.clear();
        channel.receive(packet);
        byte[] bytes = new byte[packet.flip().remaining()];
        packet.get(bytes);
        packets.add(bytes);
      }
    } catch (ClosedChannelException e) {
      Thread.currentThread().interrupt(); // the end
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  void say(byte[] packet) throws IOException {
    channel.send(ByteBuffer.wrap(packet), new InetSocketAddress(group(), Multicast.PORT));
  }

  /** What was heard of a service, packet by packet. */
  List<byte[]> packets(String service) {
    return packets.stream()
        .filter(packet -> new String(packet, ISO_8859_1).contains(service))
        .toList();
  }

  /** The answers about a service. */
  List<Dns.Instance> instances(String service) {
    return packets(service).stream()
        .map(packet -> Dns.read(ByteBuffer.wrap(packet)))
        .filter(message -> message != null)
        .flatMap(message -> message.instances().stream())
        .toList();
  }

  /** The thread ends with the channel. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
