// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.mdns;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.chroniclesync.api.discovery.DiscoveryEvent;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.Signal;

/** Notes what a member is told. */
final class Heard implements Consumer<DiscoveryEvent> {
  private final List<DiscoveryEvent> events = new ArrayList<>();

  @Override
  public synchronized void accept(DiscoveryEvent event) {
    events.add(event);
  }

  /** Notes it, and keeps whoever tells of a signal waiting. */
  void accept(DiscoveryEvent event, CountDownLatch until) {
    accept(event);
    if (event instanceof DiscoveryEvent.Signalled) {
      try {
        until.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  synchronized List<DiscoveryEvent> events() {
    return List.copyOf(events);
  }

  boolean saw(PeerId peer) {
    return events().contains(new DiscoveryEvent.PeerSeen(peer));
  }

  List<Signal> signals(PeerId from) {
    return events().stream()
        .filter(DiscoveryEvent.Signalled.class::isInstance)
        .map(DiscoveryEvent.Signalled.class::cast)
        .filter(event -> event.peer().equals(from))
        .map(DiscoveryEvent.Signalled::signal)
        .toList();
  }
}
