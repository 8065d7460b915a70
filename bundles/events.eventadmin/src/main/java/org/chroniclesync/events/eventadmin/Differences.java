// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.events.eventadmin;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.chroniclesync.api.discovery.DiscoveryState;
import org.chroniclesync.api.sync.NodeStatus;
import org.chroniclesync.api.sync.NodeStatus.DiscoveryStatus;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.api.sync.PeerState;
import org.chroniclesync.api.sync.PeerStatus;
import org.chroniclesync.api.sync.StorageStatus;
import org.jspecify.annotations.Nullable;
import org.osgi.service.event.EventConstants;

/**
 * What is different in a status from the one before it. The first one differs from nothing. For one
 * thread at a time.
 */
final class Differences {
  private static final String REMEDY = "remedy";

  /** Properties that are about the change and not about what changed. */
  static final Set<String> DETAILS =
      Set.of(EventConstants.MESSAGE, REMEDY, "transport", "storage.durable");

  private final Map<String, Happening> storages = new LinkedHashMap<>();
  private final Map<String, Happening> discoveries = new LinkedHashMap<>();
  private final Map<String, Happening> peers = new LinkedHashMap<>();
  private final Map<String, Happening> troubles = new LinkedHashMap<>();
  private @Nullable Boolean well;
  private boolean running;

  /** Returns what changed since the status before. */
  List<Happening> to(NodeStatus status) {
    List<Happening> found = new ArrayList<>();
    if (!running) {
      running = true;
      found.add(new Happening("node/RUNNING", Map.of()));
    }
    tell(storages, inUse(status.storages()), "storage/OUT_OF_USE", found);
    tell(discoveries, discoveries(status.discoveries()), "discovery/GONE", found);
    tell(peers, peers(status.peers()), "peer/FORGOTTEN", found);
    tell(troubles, troubles(status.parts()), "part/WELL", found);
    boolean nowWell = status.troubles().isEmpty();
    if (!status.isStarting() && (well == null || well != nowWell)) {
      well = nowWell;
      found.add(new Happening(nowWell ? "node/WELL" : "node/TROUBLED", Map.of()));
    }
    return found;
  }

  /** Returns the end of the node; by it, nothing changes of what the node knew. */
  List<Happening> toNothing() {
    return running ? List.of(new Happening("node/STOPPED", Map.of())) : List.of();
  }

  /** A new message alone is no news: it may name the time of the next attempt. */
  private static void tell(
      Map<String, Happening> last, Map<String, Happening> now, String gone, List<Happening> found) {
    last.entrySet().removeIf(one -> !now.containsKey(one.getKey()) && left(one, gone, found));
    now.forEach(
        (key, happening) -> {
          Happening before = last.put(key, happening);
          if (before == null || !before.topic().equals(happening.topic())) {
            found.add(happening);
          }
        });
  }

  private static boolean left(
      Map.Entry<String, Happening> one, String gone, List<Happening> found) {
    return found.add(one.getValue().then(gone));
  }

  private static Map<String, Happening> inUse(List<StorageStatus> storages) {
    Map<String, Happening> now = new LinkedHashMap<>();
    for (StorageStatus storage : storages) {
      if (storage.role() instanceof StorageStatus.Role.InUse) {
        now.put(
            storage.type(),
            new Happening(
                "storage/IN_USE",
                Map.of("storage.type", storage.type(), "storage.durable", storage.durable())));
      }
    }
    return now;
  }

  /** Of two with one name, the one that is down counts, as it does in the status. */
  private Map<String, Happening> discoveries(List<DiscoveryStatus> all) {
    Map<String, Happening> now = new LinkedHashMap<>();
    for (DiscoveryStatus discovery : all) {
      Happening happening = discovery(discovery);
      if (happening != null) {
        now.merge(discovery.name(), happening, (one, two) -> isUp(one) ? two : one);
      }
    }
    return now;
  }

  private static boolean isUp(Happening discovery) {
    return discovery.topic().equals("discovery/UP");
  }

  private @Nullable Happening discovery(DiscoveryStatus discovery) {
    Map<String, Object> subject = new HashMap<>(Map.of("discovery.name", discovery.name()));
    DiscoveryState state = discovery.state();
    if (state instanceof DiscoveryState.Joining) {
      // What has just begun is as it was, until it is known.
      return discoveries.get(discovery.name());
    }
    if (state instanceof DiscoveryState.Joined) {
      return new Happening("discovery/UP", subject);
    }
    if (state instanceof DiscoveryState.Waiting waiting) {
      subject.put(EventConstants.MESSAGE, waiting.why());
    } else if (state instanceof DiscoveryState.Refused refused) {
      subject.put(EventConstants.MESSAGE, refused.why());
    } else if (state instanceof DiscoveryState.Idle idle) {
      subject.put(EventConstants.MESSAGE, idle.why());
    } else if (state instanceof DiscoveryState.StandingBy standing) {
      subject.put(EventConstants.MESSAGE, standing.why());
    }
    return new Happening("discovery/DOWN", subject);
  }

  private static Map<String, Happening> peers(List<PeerStatus> peers) {
    Map<String, Happening> now = new LinkedHashMap<>();
    peers.forEach(peer -> now.put(peer.peer().value(), peer(peer)));
    return now;
  }

  private static Happening peer(PeerStatus peer) {
    Map<String, Object> subject = new HashMap<>(Map.of("peer.id", peer.peer().value()));
    if (peer.transport() != null) {
      subject.put("transport", peer.transport());
    }
    PeerState state = peer.state();
    if (state instanceof PeerState.Unreachable unreachable) {
      subject.put(EventConstants.MESSAGE, unreachable.why());
      return new Happening("peer/UNREACHABLE", subject);
    }
    if (state instanceof PeerState.HeldUp heldUp) {
      subject.put(EventConstants.MESSAGE, heldUp.why());
      return new Happening("peer/HELD_UP", subject);
    }
    if (state instanceof PeerState.Refused refused) {
      subject.put(EventConstants.MESSAGE, refused.why());
      return new Happening("peer/REFUSED", subject);
    }
    if (state instanceof PeerState.Syncing) {
      return new Happening("peer/SYNCING", subject);
    }
    if (state instanceof PeerState.InSync) {
      return new Happening("peer/IN_SYNC", subject);
    }
    return new Happening(
        state instanceof PeerState.Gone ? "peer/GONE" : "peer/CONNECTING", subject);
  }

  private Map<String, Happening> troubles(List<Part> parts) {
    Map<String, Happening> now = new LinkedHashMap<>();
    for (Part part : parts) {
      String key = part.kind() + " " + part.name();
      Happening before = troubles.get(key);
      if (part.state() instanceof Part.Trouble trouble) {
        now.put(key, trouble(part, trouble));
      } else if (part.state() instanceof Part.Starting && before != null) {
        now.put(key, before);
      }
    }
    return now;
  }

  private static Happening trouble(Part part, Part.Trouble trouble) {
    String topic =
        trouble instanceof Part.Degraded
            ? "part/DEGRADED"
            : trouble instanceof Part.Failed ? "part/FAILED" : "part/MISSING";
    return new Happening(
        topic,
        Map.of(
            "part.kind",
            part.kind(),
            "part.name",
            part.name(),
            EventConstants.MESSAGE,
            trouble.cause(),
            REMEDY,
            trouble.remedy()));
  }
}
