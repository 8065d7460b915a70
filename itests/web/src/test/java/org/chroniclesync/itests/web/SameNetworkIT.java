// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.chroniclesync.itests.driver.Evidence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two distributions on one network, from which no way leads anywhere else. Needs the right to make
 * network namespaces, and says so where it is skipped.
 */
@Timeout(900)
class SameNetworkIT {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String ON = "org.chroniclesync.discovery.mdns:enabled=true";
  private static final String WORDS =
      "legal winner thank year wave sausage worth useful ".repeat(3).strip();
  private static final String WEBRTC = "org.chroniclesync.transport.webrtc";
  private static final int VISITS = 50;

  @RegisterExtension final Evidence evidence = new Evidence();
  @TempDir Path folder;

  private Distribution start(String name, List<String> computer) throws Exception {
    Path data = Files.createDirectory(folder.resolve(name)).resolve("data");
    Path account = Files.createDirectories(data.resolve("account"));
    Path words = Files.writeString(account.resolve("mnemonic"), WORDS);
    Files.setPosixFilePermissions(account, PosixFilePermissions.fromString("rwx------"));
    Files.setPosixFilePermissions(words, PosixFilePermissions.fromString("rw-------"));
    Distribution node = Distribution.startOn(computer, data, "--set", ON);
    evidence.log(name, node::log);
    return node;
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.77.0.%d/24", "fd77::%d/64"})
  void findEachOtherAndSyncWithoutAnyServer(String address) throws Exception {
    try (Bridge bridge = new Bridge()) {
      List<String> one = bridge.computer(address);
      List<String> other = bridge.computer(address);
      assertThat(bridge.routes(1) + bridge.routes(2)).isEmpty();
      try (Distribution ann = start("ann", one);
          Distribution bob = start("bob", other)) {
        await().atMost(PATIENCE).until(() -> ann.run("status").contains("in sync since"));
        ann.importSample(VISITS);
        await()
            .atMost(PATIENCE)
            .until(() -> bob.run("status", "--json").contains("\"entries\":" + VISITS));
        assertThat(bob.run("status")).contains("mdns: in the room since");
      }
    }
  }

  /** As where the library of WebRTC cannot be loaded: the other transport has to do on its own. */
  @ParameterizedTest
  @ValueSource(strings = {"10.77.0.%d/24", "fd77::%d/64"})
  void syncByWebSocketWhereNeitherHasWebRtc(String address) throws Exception {
    try (Bridge bridge = new Bridge()) {
      List<String> one = bridge.computer(address);
      List<String> other = bridge.computer(address);
      bridge.tie(2, false);
      try (Distribution ann = start("ann", one);
          Distribution bob = start("bob", other)) {
        ann.run("stop", WEBRTC);
        bob.run("stop", WEBRTC);
        ann.importSample(VISITS);
        bridge.tie(2, true);
        await()
            .atMost(PATIENCE)
            .until(() -> bob.run("status", "--json").contains("\"entries\":" + VISITS));
        await().atMost(PATIENCE).until(() -> ann.run("status").contains("in sync since"));
        assertThat(ann.run("peers", "--json")).contains("\"transport\":\"websocket\"");
        assertThat(bob.run("peers", "--json")).contains("\"transport\":\"websocket\"");
      }
    }
  }

  /** The cable is the only thing that changes: no interface of the other computer does. */
  @Test
  void findEachOtherOnceTheCableIsThere() throws Exception {
    try (Bridge bridge = new Bridge()) {
      List<String> one = bridge.computer("10.77.0.%d/24");
      List<String> other = bridge.computer("10.77.0.%d/24");
      bridge.tie(2, false);
      try (Distribution ann = start("ann", one);
          Distribution bob = start("bob", other)) {
        await().atMost(PATIENCE).until(() -> bob.run("status").contains("mdns: idle"));
        assertThat(bob.run("status")).contains("enabled=false");
        bridge.tie(2, true);
        await().atMost(PATIENCE).until(() -> ann.run("status").contains("in sync since"));
      }
    }
  }
}
