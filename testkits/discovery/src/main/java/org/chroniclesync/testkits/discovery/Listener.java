// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.discovery;

import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.chroniclesync.api.discovery.DiscoveryEvent;
import org.chroniclesync.api.discovery.DiscoveryEvent.PeerGone;
import org.chroniclesync.api.discovery.DiscoveryEvent.PeerSeen;
import org.chroniclesync.api.discovery.DiscoveryEvent.Signalled;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.Signal;

/** Remembers what it is told. */
final class Listener implements Consumer<DiscoveryEvent> {
  private final List<DiscoveryEvent> events = new ArrayList<>();

  @Override
  public synchronized void accept(DiscoveryEvent event) {
    events.add(event);
  }

  synchronized List<DiscoveryEvent> events() {
    return List.copyOf(events);
  }

  DiscoveryEvent last() {
    List<DiscoveryEvent> heard = events();
    if (heard.isEmpty()) {
      throw new AssertionError("nothing was told at all, not even that the room was left");
    }
    return heard.get(heard.size() - 1);
  }

  void awaitAny() {
    awaitEvent("any event", event -> true);
  }

  void awaitSeen(PeerId peer) {
    awaitEvent(peer + " seen", new PeerSeen(peer)::equals);
  }

  void awaitGone(PeerId peer) {
    awaitEvent(peer + " gone", new PeerGone(peer)::equals);
  }

  void awaitSignal(PeerId from, Signal signal) {
    awaitEvent("a signal of " + from, new Signalled(from, signal)::equals);
  }

  List<Signal> signals(PeerId from) {
    return events().stream()
        .filter(Signalled.class::isInstance)
        .map(Signalled.class::cast)
        .filter(event -> event.peer().equals(from))
        .map(Signalled::signal)
        .toList();
  }

  private void awaitEvent(String what, Predicate<DiscoveryEvent> wanted) {
    await(what)
        .atMost(DiscoveryContract.patience())
        .until(() -> events().stream().anyMatch(wanted));
  }
}
