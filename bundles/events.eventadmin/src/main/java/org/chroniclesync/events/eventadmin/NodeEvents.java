// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.events.eventadmin;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.chroniclesync.api.sync.Node;
import org.chroniclesync.api.sync.NodeStatus;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.event.EventAdmin;

/** Posts an event for each change of the node, from the node's start to its end. */
@Component(
    service = {},
    immediate = true)
public final class NodeEvents {
  private final EventAdmin admin;
  private final AtomicReference<@Nullable Watched> watched = new AtomicReference<>();
  private volatile boolean deactivated;

  /**
   * Makes it; it posts nothing before the node is bound.
   *
   * @param admin whom to tell
   */
  @Activate
  public NodeEvents(@Reference EventAdmin admin) {
    this.admin = admin;
  }

  // Not static: when it is this bundle or the Event Admin that leaves, the node does not stop.
  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      service = Node.class)
  void bindNode(Node arriving) {
    Watched before = watched.getAndSet(new Watched(arriving));
    if (before != null) {
      before.end(true);
    }
  }

  void unbindNode(Node leaving) {
    Watched before = watched.get();
    if (before != null && before.node == leaving && watched.compareAndSet(before, null)) {
      before.end(!deactivated);
    }
  }

  /** Followed by the unbinding of the node. */
  @Deactivate
  void deactivate() {
    deactivated = true;
  }

  /** A node that tells of its changes, by one thread at a time. */
  private final class Watched {
    private final Node node;
    private final Differences differences = new Differences();
    private final Node.Watch watch;
    private boolean ended;

    Watched(Node node) {
      this.node = node;
      this.watch = node.watch(this::changed);
    }

    /** The lock keeps the events in order: none comes behind that of the end. */
    private synchronized void changed(NodeStatus status) {
      if (!ended) {
        post(differences.to(status));
      }
    }

    void end(boolean told) {
      watch.close();
      synchronized (this) {
        ended = true;
        if (told) {
          post(differences.toNothing());
        }
      }
    }

    /** Posting does not wait for those who handle the events. */
    private void post(List<Happening> happenings) {
      happenings.forEach(happening -> admin.postEvent(happening.event()));
    }
  }
}
