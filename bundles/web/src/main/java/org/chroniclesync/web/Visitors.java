// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.jetty.io.SelectorManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of the page in the house. Those that come from elsewhere end before they have
 * said anything, and so do those that are more than a device needs. Safe for any thread.
 */
final class Visitors implements SelectorManager.AcceptListener {
  /** A browser has six for each tab's place, and some to spare. */
  static final int MAX_PER_ADDRESS = 32;

  static final int MAX_CONNECTIONS = 256;

  private static final Logger LOG = LoggerFactory.getLogger(Visitors.class);

  private final House house;
  private final Map<SelectableChannel, InetAddress> open = new LinkedHashMap<>();

  Visitors(House house) {
    this.house = house;
  }

  @Override
  public void onAccepting(SelectableChannel channel) {
    if (!enters(channel)) {
      close(channel);
    }
  }

  private synchronized boolean enters(SelectableChannel channel) {
    InetAddress from = address(channel, true);
    if (from == null || !house.admits(from, address(channel, false))) {
      return false;
    }
    forgetClosed();
    Map<InetAddress, Integer> counts = new HashMap<>();
    open.values().forEach(one -> counts.merge(one, 1, Integer::sum));
    if (open.size() >= MAX_CONNECTIONS || counts.getOrDefault(from, 0) >= MAX_PER_ADDRESS) {
      return false;
    }
    open.put(channel, from);
    return true;
  }

  private void forgetClosed() {
    Iterator<SelectableChannel> all = open.keySet().iterator();
    while (all.hasNext()) {
      if (!all.next().isOpen()) {
        all.remove();
      }
    }
  }

  private static @Nullable InetAddress address(SelectableChannel channel, boolean remote) {
    try {
      if (channel instanceof SocketChannel socket) {
        SocketAddress end = remote ? socket.getRemoteAddress() : socket.getLocalAddress();
        return end instanceof InetSocketAddress address ? address.getAddress() : null;
      }
    } catch (IOException e) {
      LOG.debug("a connection was gone at once", e);
    }
    return null;
  }

  private static void close(SelectableChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("a connection could not be closed", e);
    }
  }
}
