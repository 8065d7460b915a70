// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.mdns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.chroniclesync.api.discovery.Credentials;
import org.chroniclesync.api.discovery.DiscoveryEvent.StateChanged;
import org.chroniclesync.api.discovery.DiscoveryState;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.chroniclesync.testkits.discovery.NodeCredentials;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a member is told where it cannot be found. */
@Timeout(value = 600, unit = TimeUnit.SECONDS)
class NoNetworkTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private final NodeCredentials ann = NodeCredentials.create();
  private final Heard heard = new Heard();

  private DiscoveryState last() {
    return heard.events().stream()
        .filter(StateChanged.class::isInstance)
        .map(event -> ((StateChanged) event).state())
        .reduce((one, next) -> next)
        .orElse(new DiscoveryState.Joining());
  }

  @Test
  void withoutANetworkItIsSaidWhatToDoAndNoFault() {
    MdnsDiscovery discovery =
        new MdnsDiscovery(new Settings(true, List.of("nowhere0")), new SteppedClock());
    try {
      discovery.join(ann.room(), ann, heard);

      await().atMost(PATIENCE).until(() -> last() instanceof DiscoveryState.Idle);
      assertThat(((DiscoveryState.Idle) last()).why()).contains("nowhere0", "interfaces of");
    } finally {
      discovery.leave();
    }
  }

  @Test
  void withoutACryptoServiceItWaitsAndJoinsOnceThereIsOne() {
    Absent credentials = new Absent(ann);
    MdnsDiscovery discovery = new MdnsDiscovery(Loopback.SETTINGS, new SteppedClock());
    try {
      discovery.join(ann.room(), credentials, heard);
      await().atMost(PATIENCE).until(() -> last() instanceof DiscoveryState.Waiting);
      assertThat(((DiscoveryState.Waiting) last()).why()).contains("crypto service");

      credentials.there = true;
      await().atMost(PATIENCE).until(() -> last() instanceof DiscoveryState.Joined);
    } finally {
      discovery.leave();
    }
  }

  /** Somebody whose keys are elsewhere for a while. */
  private static final class Absent implements Credentials {
    private final Credentials own;
    private volatile boolean there;

    Absent(Credentials own) {
      this.own = own;
    }

    private Credentials present() {
      if (!there) {
        throw new IllegalStateException("no crypto service is there to sign");
      }
      return own;
    }

    @Override
    public PeerId peer() {
      return own.peer();
    }

    @Override
    public byte[] key() {
      return present().key();
    }

    @Override
    public byte[] sign(byte[] statement) {
      return present().sign(statement);
    }

    @Override
    public byte @Nullable [] signAsMember(RoomId room, byte[] statement) {
      return present().signAsMember(room, statement);
    }
  }
}
