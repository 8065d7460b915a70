// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.chroniclesync.api.crypto.AccountId;
import org.chroniclesync.api.discovery.Credentials;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.chroniclesync.core.base.Self;
import org.chroniclesync.core.node.DiscoveryMembership.Room;
import org.chroniclesync.testkits.network.Gate;
import org.chroniclesync.testkits.network.MemoryDiscovery;
import org.chroniclesync.testkits.network.MemoryNetwork;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A room is joined and left by one call at a time. */
@Timeout(600)
class DiscoveryMembershipTest {
  private static final Self ONE =
      new Self(
          new AccountId("a".repeat(43)), new RoomId("r2." + "A".repeat(43)), PeerId.ofNode("one"));

  private final MemoryNetwork network = new MemoryNetwork();
  private final MemoryDiscovery discovery = network.discovery();
  private final DiscoveryMembership membership =
      new DiscoveryMembership("memory", Room.NODES, discovery);
  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final CountDownLatch called = new CountDownLatch(1);
  private final Gate gate = new Gate();

  @AfterEach
  void stop() {
    gate.open();
    executor.shutdownNow();
    network.close();
  }

  private DiscoveryMembership.@Nullable Stay join() {
    return membership.join(ONE, Credentials.withoutKey(ONE.id()), (of, stay, event) -> {});
  }

  private void hang() {
    called.countDown();
    gate.pass();
  }

  @Test
  void whatIsJoinedLateDoesNotDriveOutWhatFollows() throws Exception {
    discovery.beforeJoin(this::hang);
    CompletableFuture<DiscoveryMembership.@Nullable Stay> late =
        CompletableFuture.supplyAsync(this::join, executor);
    called.await();
    assertThat(membership.leave()).isNull();
    discovery.beforeJoin(() -> {});

    assertThat(join()).as("the room is joined twice at a time").isNull();
    assertThat(membership.isDue()).as("the former call has not returned").isFalse();
    gate.open();

    assertThat(late.get()).isNull();
    assertThat(membership.isDue()).isTrue();
    assertThat(membership.isDue()).as("said twice").isFalse();
    assertThat(join()).isNotNull();
    assertThat(network.openMemberships()).hasSize(1);
  }

  @Test
  void whatIsLeftLateDoesNotTakeWhatFollowsAlong() throws Exception {
    assertThat(join()).isNotNull();
    discovery.beforeLeave(this::hang);
    CompletableFuture<Void> late =
        CompletableFuture.runAsync(requireNonNull(membership.leave()), executor);
    called.await();

    assertThat(join()).isNull();
    assertThat(membership.isDue()).isFalse();
    gate.open();

    late.get();
    assertThat(membership.isDue()).isTrue();
    assertThat(join()).isNotNull();
    assertThat(network.openMemberships()).hasSize(1);
  }

  @Test
  void whoLeavesMeanwhileIsNotJoinedAgain() throws Exception {
    discovery.beforeJoin(this::hang);
    CompletableFuture<DiscoveryMembership.@Nullable Stay> late =
        CompletableFuture.supplyAsync(this::join, executor);
    called.await();
    membership.leave();
    assertThat(join()).isNull();
    membership.leave();
    gate.open();

    assertThat(late.get()).isNull();
    assertThat(membership.isDue()).isFalse();
    assertThat(network.openMemberships()).isEmpty();
  }
}
