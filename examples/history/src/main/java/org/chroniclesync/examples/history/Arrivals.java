// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.examples.history;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryId;
import org.chroniclesync.api.storage.Change;
import org.chroniclesync.api.sync.History.Watcher;

/**
 * The newest visits that came. Bounded: others decide how many come. Safe for any thread, because
 * the node tells on one and commands ask on others.
 */
final class Arrivals implements Watcher {
  static final int MAX_VISITS = 20;

  private final Map<EntryId, Entry> newest = new LinkedHashMap<>();
  private boolean missedSome;

  @Override
  public synchronized void changed(List<Change> changes, boolean missed) {
    missedSome |= missed;
    for (Change change : changes) {
      Entry entry = change.entry();
      // A version that takes the place of another one comes last, and a deleted visit goes.
      newest.remove(entry.id());
      if (!entry.deleted()) {
        newest.put(entry.id(), entry);
      }
      if (newest.size() > MAX_VISITS) {
        newest.remove(newest.keySet().iterator().next());
      }
    }
  }

  synchronized List<String> lines() {
    List<String> lines = new ArrayList<>();
    newest.values().forEach(entry -> lines.add(visible(entry.title() + "  " + entry.url())));
    if (missedSome) {
      lines.add("Some visits came too quickly to be shown here.");
    }
    return lines;
  }

  /** Pages choose their own titles, and a terminal obeys control characters. */
  static String visible(String text) {
    return text.replaceAll("\\p{C}", "?");
  }
}
