// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.felix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.chroniclesync.itests.harness.DiscoveryService;
import org.chroniclesync.itests.harness.NodeUnderTest;
import org.chroniclesync.itests.harness.PeerView;
import org.chroniclesync.itests.harness.Visit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that have no WebRTC, or none that works, in frameworks of their own. */
@Timeout(900)
class WebSocketIT {
  private static final String MNEMONIC = "abandon ".repeat(23) + "art";
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String TRANSPORT = "org.chroniclesync.transport.webrtc";
  private static final Path BUNDLES = Path.of(System.getProperty("chroniclesync.bundles"));
  private static final String LIBRARY = "org.chroniclesync.lib.webrtc";

  @TempDir Path folder;
  private DiscoveryService service;

  @BeforeEach
  void start() throws Exception {
    service = DiscoveryService.start(folder.resolve("discovery"));
  }

  @AfterEach
  void stop() {
    service.close();
  }

  @Test
  void withoutWebRtcNodesSyncByWebSocket() throws Exception {
    try (NodeUnderTest one = node("one").without(TRANSPORT).without(LIBRARY).start();
        NodeUnderTest two = node("two").without(TRANSPORT).without(LIBRARY).start()) {
      one.merge(Visit.several("a", 3_000));
      two.merge(Visit.several("b", 2_000));

      untilBothHave(5_000, one, two);

      assertThat(peer(one, two).transport()).isEqualTo("websocket");
      assertThat(peer(two, one).transport()).isEqualTo("websocket");
      assertThat(peer(one, two).transportNote()).isEmpty();
      assertThat(one.command("peers")).contains("websocket");
      goesOnWithoutTheService(one, two);
    }
  }

  @Test
  void aNodeWithBothMeetsOneWithoutWebRtc() throws Exception {
    try (NodeUnderTest one = node("one").start();
        NodeUnderTest two = node("two").without(TRANSPORT).without(LIBRARY).start()) {
      one.merge(Visit.several("a", 300));
      two.merge(Visit.several("b", 200));

      untilBothHave(500, one, two);

      assertThat(peer(one, two).transport()).isEqualTo("websocket");
      assertThat(peer(one, two).transportNote()).contains("webrtc", "; using websocket");
      assertThat(one.command("status")).contains("; using websocket)");
      assertThat(peer(two, one).transportNote()).isEmpty();
    }
  }

  @Test
  void whereWebRtcCannotBeLoadedTheStatusSaysSo() throws Exception {
    String natives = natives();
    Path lame = withoutLibraries(BUNDLES.resolve(natives + ".jar"));
    try (NodeUnderTest one = node("one").with(natives, lame).start();
        NodeUnderTest two = node("two").with(natives, lame).start()) {
      one.merge(Visit.several("a", 300));
      two.merge(Visit.several("b", 200));

      untilBothHave(500, one, two);

      assertThat(peer(one, two).transport()).isEqualTo("websocket");
      assertThat(peer(two, one).transport()).isEqualTo("websocket");
      assertThat(String.join("; ", one.failures()) + "; " + String.join("; ", two.failures()))
          .contains("cannot be reached by webrtc: WebRTC cannot be loaded on this machine");
      // Whoever did not begin may have found out, too, or not.
      assertThat(peer(one, two).transportNote() + "; " + peer(two, one).transportNote())
          .contains("webrtc did not get through: WebRTC cannot be loaded on this machine");
    }
  }

  /** Being in sync is no sign of it: two that have nothing yet are in sync too. */
  private static void untilBothHave(int visits, NodeUnderTest one, NodeUnderTest two) {
    until(() -> one.visits().size() == visits && one.visits().equals(two.visits()));
    until(() -> one.isInSyncWith(two) && two.isInSyncWith(one));
  }

  private void goesOnWithoutTheService(NodeUnderTest one, NodeUnderTest two) {
    service.close();
    until(() -> one.discoveries().contains("Waiting"));
    one.merge(List.of(Visit.of("a", "live", "While nobody introduces")));
    until(() -> two.visits().containsKey("a/live"));
  }

  /** Returns the name of the fragment with the native library of this platform. */
  private static String natives() throws IOException {
    try (Stream<Path> jars = Files.list(BUNDLES)) {
      return jars.map(jar -> jar.getFileName().toString())
          .filter(name -> name.startsWith(LIBRARY + ".") && !name.equals(LIBRARY + ".jar"))
          .map(name -> name.substring(0, name.length() - ".jar".length()))
          .findFirst()
          .orElseThrow();
    }
  }

  private Path withoutLibraries(Path jar) throws IOException {
    Path lame = folder.resolve("lame.jar");
    try (ZipInputStream in = new ZipInputStream(Files.newInputStream(jar));
        ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(lame))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        if (!entry.getName().matches(".*\\.(so|dylib|dll)")) {
          out.putNextEntry(new ZipEntry(entry.getName()));
          in.transferTo(out);
        }
      }
    }
    return lame;
  }

  private NodeUnderTest.Plan node(String name) {
    return NodeUnderTest.in(folder.resolve(name), MNEMONIC).discovery(service.url());
  }

  private static PeerView peer(NodeUnderTest node, NodeUnderTest other) {
    PeerView view = node.peers().get(other.self());
    if (view == null) {
      throw new AssertionError(node.describe());
    }
    return view;
  }

  private static void until(Callable<Boolean> condition) {
    await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(condition);
  }
}
