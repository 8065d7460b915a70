// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.jmx;

import java.util.Date;
import java.util.List;
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.api.sync.Node;
import org.chroniclesync.api.sync.NodeStatus;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.api.sync.PeerStatus;
import org.chroniclesync.api.sync.StorageStatus;
import org.chroniclesync.support.status.StateNames;
import org.jspecify.annotations.Nullable;

/**
 * A node's status by the names of the MXBean.
 *
 * @param node asked for each attribute
 */
record NodeView(Node node) implements NodeMXBean {
  @Override
  public boolean isWell() {
    return node.status().troubles().isEmpty();
  }

  @Override
  public boolean isStarting() {
    return node.status().isStarting();
  }

  @Override
  public Date getStartedAt() {
    return Date.from(node.status().startedAt());
  }

  @Override
  public @Nullable String getPeerId() {
    NodeStatus status = node.status();
    return status.self() == null ? null : status.self().value();
  }

  @Override
  public @Nullable String getStorage() {
    return node.status().storages().stream()
        .filter(storage -> storage.role() instanceof StorageStatus.Role.InUse)
        .map(StorageStatus::type)
        .findFirst()
        .orElse(null);
  }

  @Override
  public @Nullable Long getEntries() {
    StoreState store = node.status().store();
    return store == null ? null : store.entries();
  }

  @Override
  public @Nullable Long getTombstones() {
    StoreState store = node.status().store();
    return store == null ? null : store.tombstones();
  }

  @Override
  public List<Trouble> getTroubles() {
    return node.status().troubles().stream().<Trouble>map(TroubleView::new).toList();
  }

  @Override
  public List<Discovery> getDiscoveries() {
    return node.status().discoveries().stream().<Discovery>map(DiscoveryView::new).toList();
  }

  @Override
  public List<Peer> getPeers() {
    return node.status().peers().stream().<Peer>map(PeerView::new).toList();
  }

  @Override
  public void syncNow() {
    node.syncNow();
  }

  private record TroubleView(Part part) implements Trouble {
    @Override
    public String getKind() {
      return part.kind();
    }

    @Override
    public String getName() {
      return part.name();
    }

    @Override
    public String getState() {
      return StateNames.of(part.state());
    }

    @Override
    public String getCause() {
      return ((Part.Trouble) part.state()).cause();
    }

    @Override
    public String getRemedy() {
      return ((Part.Trouble) part.state()).remedy();
    }
  }

  private record DiscoveryView(NodeStatus.DiscoveryStatus discovery) implements Discovery {
    @Override
    public String getName() {
      return discovery.name();
    }

    @Override
    public String getState() {
      return StateNames.of(discovery.state());
    }
  }

  private record PeerView(PeerStatus peer) implements Peer {
    @Override
    public String getPeerId() {
      return peer.peer().value();
    }

    @Override
    public boolean isNode() {
      return peer.node();
    }

    @Override
    public String getState() {
      return StateNames.of(peer.state());
    }

    @Override
    public @Nullable String getTransport() {
      return peer.transport();
    }

    @Override
    public long getBytesIn() {
      return peer.traffic().bytesIn();
    }

    @Override
    public long getBytesOut() {
      return peer.traffic().bytesOut();
    }

    @Override
    public long getEntriesIn() {
      return peer.traffic().entriesIn();
    }

    @Override
    public long getEntriesOut() {
      return peer.traffic().entriesOut();
    }
  }
}
