// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.commands;

import java.util.List;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.DeviceName;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.Bound;
import org.chroniclesync.api.storage.Continuation;
import org.chroniclesync.api.storage.DeviceSummary;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.api.storage.SearchResults;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.Window;
import org.chroniclesync.api.sync.DeviceNames;
import org.chroniclesync.api.sync.History;
import org.chroniclesync.api.sync.Node;
import org.chroniclesync.api.sync.NodeStatus;
import org.chroniclesync.support.status.DeviceList;
import org.chroniclesync.support.status.Labels;
import org.jspecify.annotations.Nullable;

/**
 * The commands about the history. Each returns what to show, or throws an exception whose message
 * is a sentence for the person; without a node or a storage, too.
 */
public final class HistoryCommands {
  /** What the limit is where none is given: what fits a screen, or all where lines stream. */
  public static final String NO_LIMIT = "default";

  private static final String RENAME = "rename";
  private static final int HITS_AT_ONCE = 1_000;

  private final Archive archive;
  private final Labels labels;
  private final Node node;

  private HistoryCommands(Archive archive, Labels labels, Node node) {
    this.archive = archive;
    this.labels = labels;
    this.node = node;
  }

  /**
   * Makes them.
   *
   * @throws IllegalStateException if there is no storage: the history would wait for one, and the
   *     person with it
   * @throws InterruptedException if the session was closed meanwhile
   */
  public static HistoryCommands of(
      @Nullable Node node, @Nullable History history, @Nullable DeviceNames names)
      throws InterruptedException {
    if (history == null) {
      throw noStorage();
    }
    Node running = NodeCommands.running(node);
    NodeStatus status = running.status();
    if (status.store() == null) {
      throw noStorage();
    }
    return new HistoryCommands(new Archive(history), Labels.of(names, status), running);
  }

  /** Returns the question, asked by somebody who calls devices as {@code devices} lists them. */
  Search asked(Search search) {
    return labels.asked(search);
  }

  private static IllegalStateException noStorage() {
    return new IllegalStateException("No storage is available; see status.");
  }

  /**
   * Reads the limit that a person gave.
   *
   * @throws IllegalArgumentException if it is not a whole number from 1 to {@value
   *     Search#MAX_LIMIT}
   */
  public static int limit(String text) {
    if (text.equals(NO_LIMIT)) {
      return Help.DEFAULT_LIMIT;
    }
    try {
      return limit(Integer.parseInt(text.strip()));
    } catch (NumberFormatException e) {
      throw noLimit(text);
    }
  }

  private static long most(String limit) {
    String text = limit.strip();
    if (text.equals(NO_LIMIT)) {
      return Long.MAX_VALUE;
    }
    if (!text.matches("0*[1-9]\\d{0,17}")) {
      throw new IllegalArgumentException(
          "--limit takes a whole number, 1 or more; it is %s.".formatted(Terminal.safe(limit, 40)));
    }
    return Long.parseLong(text);
  }

  private static int limit(int limit) {
    if (limit < 1 || limit > Search.MAX_LIMIT) {
      throw noLimit(Integer.toString(limit));
    }
    return limit;
  }

  private static IllegalArgumentException noLimit(String text) {
    return new IllegalArgumentException(
        "--limit takes a whole number from 1 to %,d; it is %s."
            .formatted(Search.MAX_LIMIT, Terminal.safe(text, 40)));
  }

  /**
   * Searches the history.
   *
   * @param more the continuation that the same search gave before, or empty
   * @throws StorageException if the storage could not answer
   * @throws InterruptedException if the session was closed meanwhile
   */
  public String search(boolean json, int limit, String more, List<String> words)
      throws StorageException, InterruptedException {
    Continuation next = more.isBlank() ? null : Continuation.parse(more.strip());
    SearchResults results = archive.search(Question.of(words), limit(limit), next, labels);
    return json ? Json.results(results, labels) : HistoryText.results(results, labels);
  }

  /**
   * Prints what a search finds, a line of JSON for each page, until nobody reads any more.
   *
   * @param limit {@link #NO_LIMIT} or a number
   * @return nothing
   * @throws StorageException if the storage could not answer
   * @throws InterruptedException if the session was closed meanwhile
   */
  public String streamSearch(Lines lines, String limit, String more, List<String> words)
      throws StorageException, InterruptedException {
    long left = most(limit);
    Continuation next = more.isBlank() ? null : Continuation.parse(more.strip());
    do {
      int most = (int) Math.min(left, HITS_AT_ONCE);
      SearchResults results = archive.search(Question.of(words), most, next, labels);
      results.hits().forEach(hit -> lines.add(Json.result(hit, labels)));
      left -= results.hits().size();
      next = results.continuation();
    } while (lines.show() && next != null && left > 0);
    return "";
  }

  /**
   * Prints visits, the newest first, a line of JSON for each, until nobody reads any more.
   *
   * @param limit {@link #NO_LIMIT} or a number
   * @param page only visits to this address, or empty for all
   * @return nothing
   * @throws StorageException if the storage could not answer
   * @throws InterruptedException if the session was closed meanwhile
   */
  public String stream(Lines lines, String limit, String after, String before, String page)
      throws StorageException, InterruptedException {
    long left = most(limit);
    Window window = Moments.window(after, before);
    Bound last = null;
    do {
      Archive.Step step = archive.next(window, last, page);
      for (Entry entry : step.entries()) {
        if (left-- > 0) {
          lines.add(Json.entry(entry, labels));
        }
      }
      last = step.last();
    } while (lines.show() && last != null && left > 0);
    return "";
  }

  /**
   * Lists the devices and how much each recorded, or gives one a name.
   *
   * @param words nothing, or {@code rename}, a device as it is listed, and its new name
   * @throws IllegalArgumentException if the words are others, or no device is called so
   * @throws StorageException if the storage could not answer
   * @throws InterruptedException if the session was closed meanwhile
   */
  public String devices(@Nullable DeviceNames names, boolean json, List<String> words)
      throws StorageException, InterruptedException {
    List<DeviceSummary> devices = archive.devices();
    if (words.isEmpty()) {
      return json ? Json.devices(devices, labels) : HistoryText.devices(devices, labels);
    }
    if (words.size() != 3 || !words.get(0).equals(RENAME)) {
      throw new IllegalArgumentException(Manual.usage("devices"));
    }
    if (names == null) {
      throw new IllegalStateException(
          "Names cannot be kept; start the bundle org.chroniclesync.handler.standard.");
    }
    String name = words.get(2).strip();
    names.rename(list(devices).any(words.get(1)), name);
    return name.isEmpty()
        ? "It has no name of its own any more, on all your devices."
        : "It is called "
            + Terminal.safe(name, DeviceName.MAX_CHARS)
            + " now, on all your devices.";
  }

  /**
   * Lists the newest visits.
   *
   * @param after a date or moment, or empty
   * @param before a date or moment, or empty
   * @param page only visits to this address, or empty for all
   * @throws StorageException if the storage could not answer
   * @throws InterruptedException if the session was closed meanwhile
   */
  public String history(boolean json, int limit, String after, String before, String page)
      throws StorageException, InterruptedException {
    if (!page.isBlank()) {
      WholeAddress.of(page);
    }
    List<Entry> entries = archive.newest(limit(limit), Moments.window(after, before), page);
    if (json) {
      return Json.entries(entries, labels);
    }
    boolean some = !(after + before + page).isBlank();
    return entries.isEmpty() && some
        ? "No visits were found."
        : HistoryText.entries(entries, labels);
  }

  /**
   * Finds the device that a person means.
   *
   * @throws IllegalArgumentException if there is none, or there are several
   */
  DeviceId device(String named) throws StorageException, InterruptedException {
    return list(archive.devices()).browser(named);
  }

  private DeviceList list(List<DeviceSummary> browsers) {
    return new DeviceList(labels, browsers, node.devices());
  }

  /** Finds the devices whose visits are of a node. */
  List<DeviceSummary> devicesOf(PeerId node) throws StorageException, InterruptedException {
    return labels.of(node, archive.devices());
  }

  Labels labels() {
    return labels;
  }

  String shown(List<DeviceSummary> devices) {
    return HistoryText.devices(devices, labels);
  }
}
