// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.jmx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.management.JMException;
import javax.management.MBeanFeatureInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import org.chroniclesync.api.discovery.DiscoveryState;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.api.sync.KnownDevice;
import org.chroniclesync.api.sync.Node;
import org.chroniclesync.api.sync.NodeStatus;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.api.sync.PeerAttempt;
import org.chroniclesync.api.sync.PeerState;
import org.chroniclesync.api.sync.PeerStatus;
import org.chroniclesync.api.sync.PeerView;
import org.chroniclesync.api.sync.StorageStatus;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a console of JMX sees of a node, as open types only: it has none of our classes. */
class RegistrationTest {
  private static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");

  private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
  private final ObjectName name = new ObjectName("org.chroniclesync:type=Node");
  private final AtomicInteger syncs = new AtomicInteger();

  RegistrationTest() throws JMException {}

  @Test
  void aConsoleSeesTheStatus() throws Exception {
    Registration registration = new Registration(node(new StoreState(new FeedId("f"), 9, 7, 2)));
    try {
      assertThat(read("Well")).isEqualTo(false);
      assertThat(read("Starting")).isEqualTo(false);
      assertThat(read("StartedAt")).isEqualTo(Date.from(AT));
      assertThat(read("PeerId")).isEqualTo("self");
      assertThat(read("Storage")).isEqualTo("sqlite");
      assertThat(read("Entries")).isEqualTo(7L);
      assertThat(read("Tombstones")).isEqualTo(2L);
      assertThat(rows("Troubles"))
          .containsExactly(
              "{cause=The disk is full., kind=storage, name=sqlite, remedy=Make room.,"
                  + " state=degraded}");
      assertThat(rows("Discoveries")).containsExactly("{name=websocket, state=waiting}");
      assertThat(rows("Peers"))
          .containsExactly(
              "{bytesIn=1, bytesOut=2, entriesIn=3, entriesOut=4, node=true, peerId=peer,"
                  + " state=in-sync, transport=webrtc}");
      server.invoke(name, "syncNow", null, null);
      assertThat(syncs).hasValue(1);
    } finally {
      registration.close();
    }
  }

  @Test
  void nothingOfTheHistoryIsThere() throws Exception {
    Registration registration = new Registration(node(null));
    try {
      assertThat(
              Arrays.stream(server.getMBeanInfo(name).getAttributes())
                  .map(MBeanFeatureInfo::getName))
          .containsExactlyInAnyOrder(
              "Well",
              "Starting",
              "StartedAt",
              "PeerId",
              "Storage",
              "Entries",
              "Tombstones",
              "Troubles",
              "Discoveries",
              "Peers");
      assertThat(read("Entries")).isNull();
    } finally {
      registration.close();
    }
  }

  @Test
  void itIsThereAsLongAsTheComponentIs() throws Exception {
    Registration registration = new Registration(node(null));
    assertThat(server.isRegistered(name)).isTrue();

    registration.close();

    assertThat(server.isRegistered(name)).isFalse();
    registration.close();
  }

  @Test
  void aSecondNodeOfTheProcessIsRefusedWithASentenceAndLeavesTheFirst() throws Exception {
    Registration first = new Registration(node(null));
    try {
      assertThatThrownBy(() -> new Registration(node(null)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("Run each node in a process of its own.");
      assertThat(read("PeerId")).isEqualTo("self");
    } finally {
      first.close();
    }
  }

  private @Nullable Object read(String attribute) throws JMException {
    return server.getAttribute(name, attribute);
  }

  private List<String> rows(String attribute) throws JMException {
    return Arrays.stream((CompositeData[]) server.getAttribute(name, attribute))
        .map(
            row ->
                row.getCompositeType().keySet().stream()
                    .sorted()
                    .map(key -> key + "=" + row.get(key))
                    .collect(Collectors.joining(", ", "{", "}")))
        .toList();
  }

  private Node node(@Nullable StoreState store) {
    NodeStatus status =
        new NodeStatus(
            AT,
            new PeerId("self"),
            store,
            List.of(new StorageStatus("sqlite", true, new StorageStatus.Role.InUse(null))),
            List.of(
                new Part("codec", "", new Part.Well()),
                new Part(
                    "storage", "sqlite", new Part.Degraded("The disk is full.", "Make room."))),
            List.of(
                new NodeStatus.DiscoveryStatus(
                    "websocket", new DiscoveryState.Waiting("Nobody answers.", AT))),
            List.of(
                new PeerStatus(
                    new PeerId("peer"),
                    null,
                    "webrtc",
                    null,
                    true,
                    new PeerState.InSync(AT),
                    new PeerStatus.Traffic(1, 2, 3, 4, 5, 6),
                    null)),
            List.of());
    return new Node() {
      @Override
      public NodeStatus status() {
        return status;
      }

      @Override
      public List<KnownDevice> devices() {
        return List.of();
      }

      @Override
      public boolean forget(PeerId device) {
        return false;
      }

      @Override
      public List<PeerAttempt> attempts(PeerId peer) {
        return List.of();
      }

      @Override
      public PeerView view(PeerId peer) {
        return new PeerView.Silent();
      }

      @Override
      public void syncNow() {
        syncs.incrementAndGet();
      }

      @Override
      public Watch watch(Consumer<NodeStatus> listener) {
        throw new UnsupportedOperationException();
      }
    };
  }
}
