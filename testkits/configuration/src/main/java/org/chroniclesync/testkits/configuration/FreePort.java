// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.configuration;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds ports for what has to be told one. Safe for any thread.
 *
 * <p>Whatever can be told 0 should be: its port is nobody else's from the first moment.
 */
public final class FreePort {
  /**
   * Below those that systems give to outgoing connections, any of which could take the port before
   * it is listened at.
   */
  private static final int LEAST = 20_000;

  private static final int LIMIT = 32_000;
  private static final int TRIES = 1_000;

  private FreePort() {}

  /**
   * Finds a port. Does not block.
   *
   * @return a TCP port from 20,000 to 31,999 that nobody listens at on the loopback now
   * @throws IOException if there is none
   */
  public static int find() throws IOException {
    for (int i = 0; i < TRIES; i++) {
      int port = ThreadLocalRandom.current().nextInt(LEAST, LIMIT);
      if (isFree(port)) {
        return port;
      }
    }
    throw new BindException("no port from " + LEAST + " to " + (LIMIT - 1) + " is free");
  }

  private static boolean isFree(int port) throws IOException {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (BindException e) {
      return false;
    }
  }
}
