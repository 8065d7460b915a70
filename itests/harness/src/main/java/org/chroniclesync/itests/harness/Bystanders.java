// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.harness;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * Ports of this machine that have nothing to do with a node, for a stranger to list: many for UDP
 * and one for TCP. For one thread.
 */
public final class Bystanders implements AutoCloseable {
  private static final int RECEIVE_BYTES = 1 << 20;
  private static final int LONGEST_PACKET = 2_000;

  private final List<DatagramChannel> udp = new ArrayList<>();
  private final ServerSocket tcp;
  private final InetAddress address;

  /**
   * Opens them.
   *
   * @param count how many ports for UDP
   * @throws IOException if they cannot be opened
   */
  public Bystanders(int count) throws IOException {
    // libwebrtc does not use loopback if there is anything else.
    address =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(one -> one.getAddress().length == 4 && !one.isLoopbackAddress())
            .findFirst()
            .orElse(InetAddress.getLoopbackAddress());
    tcp = new ServerSocket(0, 50, address);
    tcp.setSoTimeout(1);
    for (int i = 0; i < count; i++) {
      DatagramChannel channel = DatagramChannel.open();
      channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BYTES);
      channel.bind(new InetSocketAddress(address, 0));
      channel.configureBlocking(false);
      udp.add(channel);
    }
  }

  /**
   * Returns candidates with their addresses.
   *
   * @return the lines, that for TCP first
   * @throws IOException if a port is closed
   */
  public List<String> candidates() throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add(candidate(0, "tcp", tcp.getLocalPort()) + " tcptype passive");
    for (DatagramChannel channel : udp) {
      int port = ((InetSocketAddress) channel.getLocalAddress()).getPort();
      lines.add(candidate(lines.size(), "udp", port));
    }
    return lines;
  }

  private String candidate(int number, String transport, int port) {
    return "candidate:%d 1 %s %d %s %d typ host"
        .formatted(number, transport, 2_113_937_151 - number, address.getHostAddress(), port);
  }

  /**
   * Counts the packets that came since it was last asked.
   *
   * @return how many
   * @throws IOException if a port is closed
   */
  public int packets() throws IOException {
    int packets = 0;
    ByteBuffer buffer = ByteBuffer.allocate(LONGEST_PACKET);
    for (DatagramChannel channel : udp) {
      while (channel.receive(buffer.clear()) != null) {
        packets++;
      }
    }
    return packets;
  }

  /**
   * Counts the connections that came since it was last asked.
   *
   * @return how many
   * @throws IOException if the port is closed
   */
  public int connections() throws IOException {
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
