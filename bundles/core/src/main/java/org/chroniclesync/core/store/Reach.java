// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.store;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.message.FeedPosition;

/**
 * Up to which position of our feed each peer has said, since the node started, that it holds it. A
 * client of version 1 does not say so; what was sent to it and has arrived counts. Safe for any
 * thread.
 */
public final class Reach {
  private final Map<PeerId, FeedPosition> held = new ConcurrentHashMap<>();
  private final List<Runnable> followers = new CopyOnWriteArrayList<>();

  Reach() {}

  /** Notes what a peer holds. What followers do must not block. */
  public void holds(PeerId peer, FeedPosition upTo) {
    FeedPosition before = held.put(peer, upTo);
    if (!upTo.equals(before)) {
      followers.forEach(Runnable::run);
    }
  }

  /** Returns what each peer holds. */
  public Map<PeerId, FeedPosition> held() {
    return Map.copyOf(held);
  }

  /** Adds what is to be told of a change. */
  public void follow(Runnable follower) {
    followers.add(follower);
  }
}
