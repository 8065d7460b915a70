// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.jmx;

import java.util.Date;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The node, for JMX. It tells nothing of the history but how much there is. Each attribute is read
 * anew, so two of them need not fit together.
 */
public interface NodeMXBean { // public, as JMX demands
  /** Returns whether each part works as it should. */
  boolean isWell();

  /** Returns whether parts are still starting. */
  boolean isStarting();

  /** Returns since when the node runs. */
  Date getStartedAt();

  /** Returns the name of this device among the others; null if there is no mnemonic yet. */
  @Nullable String getPeerId();

  /** Returns the type of the storage in use; null if there is none. */
  @Nullable String getStorage();

  /** Returns how many visits the history has; null if no storage can tell. */
  @Nullable Long getEntries();

  /** Returns how many visits were deleted; null if no storage can tell. */
  @Nullable Long getTombstones();

  /** Returns the parts that do not work as they should. */
  List<Trouble> getTroubles();

  /** Returns where this device looks for others. */
  List<Discovery> getDiscoveries();

  /** Returns the other devices in the room. */
  List<Peer> getPeers();

  /** Retries waiting connections now. Does not wait for the result. */
  void syncNow();

  /** A part that does not work as it should. */
  interface Trouble {
    /** Returns what kind of part it is, such as storage. */
    String getKind();

    /** Returns its name; empty if any part of the kind is missing. */
    String getName();

    /** Returns degraded, missing or failed. */
    String getState();

    /** Returns what is wrong. */
    String getCause();

    /** Returns what to do. */
    String getRemedy();
  }

  /** A place where devices find each other. */
  interface Discovery {
    /** Returns its name. */
    String getName();

    /** Returns joining, joined, waiting, refused or left. */
    String getState();
  }

  /** Another device. */
  interface Peer {
    /** Returns its name among the devices. */
    String getPeerId();

    /** Returns whether it is a node, and not a client of version 1. */
    boolean isNode();

    /** Returns connecting, syncing, held-up, in-sync, unreachable, refused or gone. */
    String getState();

    /** Returns the transport in use; null if it is not connected. */
    @Nullable String getTransport();

    /** Returns how many bytes it sent. */
    long getBytesIn();

    /** Returns how many bytes were sent to it. */
    long getBytesOut();

    /** Returns how many visits it sent. */
    long getEntriesIn();

    /** Returns how many visits were sent to it. */
    long getEntriesOut();
  }
}
