// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.commands;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.EntryId;
import org.chroniclesync.api.storage.DeviceSummary;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.api.storage.Selection;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.Window;
import org.chroniclesync.api.sync.Deletion;
import org.chroniclesync.api.sync.DeletionWork;
import org.chroniclesync.api.sync.DeviceNames;
import org.chroniclesync.api.sync.History;
import org.chroniclesync.api.sync.Node;
import org.chroniclesync.api.sync.Preview;
import org.jspecify.annotations.Nullable;

/**
 * The commands that delete. Each returns what to show, or throws an exception whose message is a
 * sentence for the person; without a node or a storage, too.
 */
public final class DeletionCommands {
  private final History history;
  private final HistoryCommands of;
  private final PrintStream notes;

  private DeletionCommands(History history, HistoryCommands of, PrintStream notes) {
    this.history = history;
    this.of = of;
    this.notes = notes;
  }

  /**
   * Makes them.
   *
   * @param notes where to tell how far it is
   * @throws IllegalStateException if there is no storage
   * @throws InterruptedException if the session was closed meanwhile
   */
  public static DeletionCommands of(
      @Nullable Node node,
      @Nullable History history,
      @Nullable DeviceNames names,
      PrintStream notes)
      throws InterruptedException {
    HistoryCommands of = HistoryCommands.of(node, history, names);
    return new DeletionCommands(Objects.requireNonNull(history), of, notes);
  }

  /**
   * What a person gave to select visits.
   *
   * @param host or empty
   * @param device or empty
   * @param visit or empty
   * @param after or empty
   * @param before or empty
   * @param search whether the words are a search; else they are an address
   */
  public record Given(
      String host,
      boolean below,
      String device,
      String visit,
      String after,
      String before,
      boolean search,
      List<String> words) {
    /** Copies the list. */
    public Given {
      words = List.copyOf(words);
    }
  }

  /**
   * Shows what would be deleted, or deletes it.
   *
   * @param yes whether to delete
   * @param preview whether to show only
   * @param now whether it should be final at once
   * @throws StorageException if the storage could not answer
   * @throws InterruptedException if the session was closed meanwhile
   */
  public String delete(Given given, boolean yes, boolean preview, boolean now, boolean json)
      throws StorageException, InterruptedException {
    Selection selection = selection(given);
    if (yes && !preview) {
      return ended(history.deletions().delete(selection, !now), json);
    }
    Preview found = history.deletions().preview(selection);
    if (preview) {
      return json ? Json.preview(found) : DeletionText.preview(found, of.labels());
    }
    throw new IllegalStateException(
        DeletionText.preview(found, of.labels())
            + "\nNothing was deleted. Give "
            + Help.YES_OPTION
            + " to delete them, or "
            + Help.PREVIEW_OPTION
            + " only to look.");
  }

  /**
   * Deletes the visits of some devices, one after the other.
   *
   * @return what became of each
   * @throws InterruptedException if the session was closed meanwhile
   */
  List<Deletion> deleteOf(List<DeviceSummary> devices) throws InterruptedException {
    List<Deletion> done = new ArrayList<>();
    for (DeviceSummary one : devices) {
      DeletionWork work =
          history.deletions().delete(Selection.ALL.ofDevice(one.device().id()), true);
      if (!DeletionProgress.await(work, notes)) {
        throw new IllegalStateException(
            "The deletion goes on; deletions shows how far it is. Then give the same again.");
      }
      done.add(work.now());
    }
    return done;
  }

  private String ended(DeletionWork work, boolean json) throws InterruptedException {
    boolean through = DeletionProgress.await(work, notes);
    Deletion now = work.now();
    return json ? Json.deletion(now, of.labels()) : DeletionText.ended(now, through);
  }

  /**
   * Brings back what a deletion took.
   *
   * @param numbers one, or none for the last deletion
   * @throws InterruptedException if the session was closed meanwhile
   */
  public String undo(List<String> numbers, boolean json) throws InterruptedException {
    return ended(history.deletions().undo(number(numbers)), json);
  }

  private long number(List<String> numbers) {
    if (numbers.isEmpty()) {
      return history.deletions().all().stream()
          .filter(one -> one.undoUntil() != null)
          .map(Deletion::number)
          .findFirst()
          .orElseThrow(() -> new IllegalStateException("There is no deletion that can be undone."));
    }
    if (numbers.size() == 1 && numbers.get(0).matches("\\d{1,18}")) {
      return Long.parseLong(numbers.get(0));
    }
    throw new IllegalArgumentException("Give the number of one deletion; deletions lists them.");
  }

  /** Lists the deletions of this device. */
  public String deletions(boolean json) {
    List<Deletion> all = history.deletions().all().stream().filter(DeletionText::took).toList();
    return json ? Json.deletions(all, of.labels()) : DeletionText.deletions(all, of.labels());
  }

  // --- What is meant ----------------------------------------------------------------------------

  private Selection selection(Given given) throws StorageException, InterruptedException {
    Selection selection = Selection.ALL;
    if (!given.host().isBlank()) {
      selection = selection.ofHost(given.host().strip(), given.below());
    } else if (given.below()) {
      throw new IllegalArgumentException(
          Help.BELOW_OPTION
              + " needs "
              + Help.HOST_OPTION
              + ", such as: --host example.org --below");
    }
    if (!given.after().isBlank() || !given.before().isBlank()) {
      Window window = Moments.window(given.after(), given.before());
      selection =
          selection.between(
              window.fromMillis(),
              given.before().isBlank() ? Double.MAX_VALUE : window.untilMillis());
    }
    if (!given.device().isBlank()) {
      selection = selection.ofDevice(of.device(given.device()));
    }
    if (!given.visit().isBlank()) {
      DeviceId of = selection.device();
      if (of == null) {
        throw new IllegalArgumentException(
            Help.VISIT_OPTION + " needs " + Help.DEVICE_OPTION + ", the device of the visit.");
      }
      selection = selection.ofVisit(new EntryId(of, given.visit().strip()));
    }
    selection = words(selection, given);
    if (selection.isAll()) {
      throw new IllegalArgumentException(
          "Say what to delete: an address, "
              + Help.HOST_OPTION
              + ", "
              + Help.SEARCH_OPTION
              + ", "
              + Help.DEVICE_OPTION
              + ", "
              + Help.AFTER_OPTION
              + " or "
              + Help.BEFORE_OPTION
              + ". help delete explains it.");
    }
    return selection;
  }

  private Selection words(Selection selection, Given given) {
    if (given.search()) {
      if (given.words().isEmpty()) {
        throw new IllegalArgumentException("Enter the words to search for.");
      }
      return selection.found(of.asked(new Search(Question.of(given.words()), 1)));
    }
    if (given.words().size() > 1) {
      throw new IllegalArgumentException(
          "Give one address, or " + Help.SEARCH_OPTION + " if these are words to search for.");
    }
    return given.words().isEmpty()
        ? selection
        : selection.ofPage(WholeAddress.of(given.words().get(0)));
  }
}
