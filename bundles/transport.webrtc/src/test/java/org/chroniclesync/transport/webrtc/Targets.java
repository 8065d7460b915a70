// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.webrtc;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Bystanders on this machine, whose addresses a stranger lists: some listen for UDP, one for TCP.
 */
final class Targets implements AutoCloseable {
  private final List<DatagramChannel> udp = new ArrayList<>();
  private final ServerSocket tcp;
  private final InetAddress address;

  /** What came until now. */
  record Hits(int packets, int bytes, int targets, int connections) {}

  Targets(int count) throws IOException {
    address = address();
    tcp = new ServerSocket(0, 50, address);
    tcp.setSoTimeout(1);
    for (int i = 0; i < count; i++) {
      DatagramChannel channel = DatagramChannel.open();
      channel.setOption(StandardSocketOptions.SO_RCVBUF, 1 << 20);
      channel.bind(new InetSocketAddress(address, 0));
      channel.configureBlocking(false);
      udp.add(channel);
    }
  }

  /** One of a network if there is any, because libwebrtc does not use loopback then. */
  private static InetAddress address() throws IOException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(one -> one.getAddress().length == 4 && !one.isLoopbackAddress())
        .findFirst()
        .orElse(InetAddress.getLoopbackAddress());
  }

  List<String> candidates() throws IOException {
    List<String> lines = new ArrayList<>();
    for (DatagramChannel channel : udp) {
      lines.add(line(lines.size(), "udp", channel.getLocalAddress(), ""));
    }
    lines.add(0, line(lines.size(), "tcp", tcp.getLocalSocketAddress(), " tcptype passive"));
    return lines;
  }

  private static String line(int number, String transport, SocketAddress at, String end) {
    InetSocketAddress address = (InetSocketAddress) at;
    return "candidate:%d 1 %s %d %s %d typ host%s"
        .formatted(
            number,
            transport,
            2_113_937_151 - number,
            address.getAddress().getHostAddress(),
            address.getPort(),
            end);
  }

  Hits hits() throws IOException {
    int packets = 0;
    int bytes = 0;
    Set<DatagramChannel> hit = new HashSet<>();
    ByteBuffer buffer = ByteBuffer.allocate(2_000);
    for (DatagramChannel channel : udp) {
      while (channel.receive(buffer.clear()) != null) {
        packets++;
        bytes += buffer.position();
        hit.add(channel);
      }
    }
    return new Hits(packets, bytes, hit.size(), connections());
  }

  private int connections() throws IOException {
    int count = 0;
    while (true) {
      try {
        tcp.accept().close();
        count++;
      } catch (SocketTimeoutException e) {
        return count;
      }
    }
  }

  @Override
  public void close() throws IOException {
    tcp.close();
    for (DatagramChannel channel : udp) {
      channel.close();
    }
  }
}
