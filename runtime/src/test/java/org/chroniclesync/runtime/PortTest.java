// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class PortTest {
  @Test
  void aBusyPortIsNamedWithTheRemedy() throws Exception {
    try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = busy.getLocalPort();

      assertThatThrownBy(() -> Port.requireFree("127.0.0.1", port))
          .isInstanceOfSatisfying(
              ExitException.class, e -> assertThat(e.exit()).isEqualTo(Exit.NOT_READY))
          .hasMessageContaining("Port " + port + " of 127.0.0.1 cannot be opened")
          .hasMessageContaining("--port");
    }
  }

  @Test
  void anAddressOfAnotherMachineIsNamed() {
    assertThatThrownBy(() -> Port.requireFree("192.0.2.1", 0))
        .isInstanceOfSatisfying(
            ExitException.class, e -> assertThat(e.exit()).isEqualTo(Exit.USAGE))
        .hasMessageContaining("--host is 192.0.2.1, which is not an address of this machine");
  }

  @Test
  void anyFreePortWillDo() {
    assertThatCode(() -> Port.requireFree("0.0.0.0", 0)).doesNotThrowAnyException();
  }
}
