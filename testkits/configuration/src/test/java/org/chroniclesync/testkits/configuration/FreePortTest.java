// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FreePortTest {
  @Test
  void isOneThatNobodyListensAtAndNoOutgoingConnectionTakes() throws Exception {
    List<ServerSocket> taken = new ArrayList<>();
    try {
      for (int i = 0; i < 200; i++) {
        int port = FreePort.find();
        assertThat(port).isBetween(20_000, 31_999);
        taken.add(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
      }
    } finally {
      for (ServerSocket one : taken) {
        one.close();
      }
    }
  }
}
