// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.commands;

import java.util.List;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.DeviceSummary;
import org.chroniclesync.api.storage.Hit;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.History;
import org.chroniclesync.api.sync.Node;
import org.jspecify.annotations.Nullable;

/**
 * The commands about the history. Each returns what to show, or throws an exception whose message
 * is a sentence for the person; without a node or a storage, too.
 */
public final class HistoryCommands {
  private final Archive archive;

  private HistoryCommands(Archive archive) {
    this.archive = archive;
  }

  /**
   * Makes them.
   *
   * @throws IllegalStateException if there is no storage: the history would wait for one, and the
   *     person with it
   */
  public static HistoryCommands of(@Nullable Node node, @Nullable History history) {
    if (history == null || NodeCommands.running(node).status().store() == null) {
      throw new IllegalStateException("No storage is available; see status.");
    }
    return new HistoryCommands(new Archive(history));
  }

  /**
   * Searches the history.
   *
   * @throws StorageException if the storage could not answer
   * @throws InterruptedException if the session was closed meanwhile
   */
  public String search(boolean json, int limit, List<String> words)
      throws StorageException, InterruptedException {
    List<Hit> hits = archive.search(String.join(" ", words), limit);
    return json ? Json.hits(hits) : HistoryText.hits(hits);
  }

  /**
   * Counts the entries of each device.
   *
   * @throws StorageException if the storage could not answer
   * @throws InterruptedException if the session was closed meanwhile
   */
  public String devices(boolean json) throws StorageException, InterruptedException {
    List<DeviceSummary> devices = archive.devices();
    return json ? Json.devices(devices) : HistoryText.devices(devices);
  }

  /**
   * Lists the newest visits.
   *
   * @throws StorageException if the storage could not answer
   * @throws InterruptedException if the session was closed meanwhile
   */
  public String history(boolean json, int limit) throws StorageException, InterruptedException {
    List<Entry> entries = archive.newest(limit);
    return json ? Json.entries(entries) : HistoryText.entries(entries);
  }
}
