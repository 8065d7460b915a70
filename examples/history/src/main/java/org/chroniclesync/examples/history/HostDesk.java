// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.examples.history;

import java.time.Duration;
import java.util.List;
import org.chroniclesync.api.rules.Rule;
import org.chroniclesync.api.rules.Rules;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.api.storage.Selection;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.Deletion;
import org.chroniclesync.api.sync.DeletionWork;
import org.chroniclesync.api.sync.History;
import org.chroniclesync.api.sync.Node.Watch;
import org.chroniclesync.api.sync.Preview;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Shows what was visited at a host, and takes it out of the history for good. */
@Component(
    service = HostDesk.class,
    immediate = true, // it watches from the start, not from the first command
    property = {
      "osgi.command.scope=example",
      "osgi.command.function=visited",
      "osgi.command.function=wouldDrop",
      "osgi.command.function=drop",
      "osgi.command.function=latest"
    })
public final class HostDesk {
  private static final int MAX_SHOWN = 20;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final History history;
  private final Rules rules;
  private final Arrivals arrivals = new Arrivals();
  private final Watch watch;

  /**
   * Begins to watch.
   *
   * @param history of the node
   * @param rules of the node
   */
  @Activate
  public HostDesk(@Reference History history, @Reference Rules rules) {
    this.history = history;
    this.rules = rules;
    watch = history.watch(arrivals);
  }

  @Deactivate
  void close() {
    watch.close();
  }

  /**
   * Lists the pages of a host, the best first. The store is on loan: nothing of it leaves the
   * operation but what it returned.
   *
   * @param host such as example.org
   * @return a line for each page
   * @throws StorageException if the history cannot be read
   * @throws InterruptedException if the thread was interrupted
   */
  public List<String> visited(String host) throws StorageException, InterruptedException {
    Search search = new Search("site:" + checked(host), MAX_SHOWN);
    return history.borrow(store -> store.search(search)).hits().stream()
        .map(hit -> hit.visits() + " × " + Arrivals.visible(hit.title() + "  " + hit.url()))
        .toList();
  }

  /**
   * Tells what {@link #drop} would delete, and changes nothing.
   *
   * @param host such as example.org
   * @return a sentence
   * @throws StorageException if the history cannot be read
   * @throws InterruptedException if the thread was interrupted
   */
  public String wouldDrop(String host) throws StorageException, InterruptedException {
    Preview preview = history.deletions().preview(selection(host));
    return "%,d visits to %,d pages, of %,d devices"
        .formatted(preview.visits(), preview.pages(), preview.devices().size());
  }

  /**
   * Deletes the visits to a host and all below it, on all devices, and has none of them store such
   * a visit again. First the rule: what comes while the deletion works is left out already.
   *
   * @param host such as example.org
   * @return a sentence
   * @throws StorageException if the rule could not be added
   * @throws InterruptedException if the thread was interrupted
   */
  public String drop(String host) throws StorageException, InterruptedException {
    Selection selection = selection(host);
    rules.add(new Rule(Rule.Kind.HOST, "*." + host), Rules.Scope.ACCOUNT);
    DeletionWork work = history.deletions().delete(selection, true);
    if (!work.await(PATIENCE)) {
      return "The deletion goes on; the command deletions shows how far it is.";
    }
    Deletion now = work.now();
    if (now.state() == Deletion.State.FAILED) {
      throw new IllegalStateException(now.problem());
    }
    return "%,d visits deleted; undo %d brings them back.".formatted(now.visits(), now.number());
  }

  /**
   * Lists the visits that came since this bundle started, the newest last.
   *
   * @return a line for each
   */
  public List<String> latest() {
    return arrivals.lines();
  }

  private static Selection selection(String host) {
    return Selection.ALL.ofHost(checked(host), true);
  }

  /** A host is a word: in a search, blanks and quotes would mean something else. */
  private static String checked(String host) {
    if (!host.matches("[\\p{L}\\p{N}.-]{1,253}")) {
      throw new IllegalArgumentException("Give a host, such as example.org.");
    }
    return host;
  }
}
