// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.commands;

import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.chroniclesync.api.importer.BrowserImport;
import org.chroniclesync.api.page.Page;
import org.chroniclesync.api.sync.DeviceNames;
import org.chroniclesync.api.sync.History;
import org.chroniclesync.api.sync.KnownDevice;
import org.chroniclesync.api.sync.Node;
import org.chroniclesync.api.sync.NodeStatus;
import org.chroniclesync.support.status.Labels;
import org.jspecify.annotations.Nullable;

/**
 * The commands about the node. Each returns what to show, or throws an exception whose message is a
 * sentence for the person; without a node, too.
 */
public final class NodeCommands {
  /** How long parts that are starting may take before the others are judged without them. */
  private static final long STARTING_MILLIS = 2_000;

  private static final long POLL_MILLIS = 50;

  /** The status has its lines below a heading. */
  private static final String INDENT = "\n {13}";

  private static final String NOT_WELL =
      "Something does not work as it should; it is named above. The rest works without it.";

  private NodeCommands() {}

  /**
   * Shows the state of the node, and in a line each what it imports and how far deletions are.
   *
   * @throws InterruptedException if the session was closed meanwhile
   */
  public static String status(
      @Nullable Node node,
      @Nullable BrowserImport importer,
      @Nullable DeviceNames names,
      @Nullable History history,
      @Nullable Page page,
      boolean json)
      throws InterruptedException {
    NodeStatus status = running(node).status();
    Labels labels = Labels.of(names, status);
    if (json) {
      return Json.status(status, labels);
    }
    int known = running(node).devices().size();
    StringBuilder text = new StringBuilder(StatusText.status(status, labels, known));
    String deletions =
        history == null ? "" : DeletionText.waiting(history.deletions().all(), labels);
    if (!deletions.isEmpty()) {
      text.append("\ndeletions    ").append(deletions);
    }
    if (importer != null) {
      text.append("\nbrowsers     ").append(ProfilesText.sentence(importer.profiles()));
    }
    String shared = page == null ? "" : ShareCommands.line(page.sharing().state());
    if (!shared.isEmpty()) {
      text.append("\npage         ").append(shared);
    }
    return text.toString();
  }

  /**
   * Lists the other devices in the room, or all that ever were.
   *
   * @throws InterruptedException if the session was closed meanwhile
   */
  public static String peers(
      @Nullable Node node, @Nullable DeviceNames names, boolean json, boolean known)
      throws InterruptedException {
    NodeStatus status = running(node).status();
    Labels labels = Labels.of(names, status);
    if (known) {
      List<KnownDevice> devices = running(node).devices();
      return json ? Json.known(devices, labels) : StatusText.known(devices, labels);
    }
    return json ? Json.peers(status.peers(), labels) : StatusText.peers(status.peers(), labels);
  }

  /** Retries waiting connections now. */
  public static String sync(@Nullable Node node) {
    running(node).syncNow();
    return "Retrying now; see status.";
  }

  /**
   * Tells whether the node is well.
   *
   * @param node asked again while parts are starting
   * @param out where to show what is wrong
   * @throws IllegalStateException if a part does not work as it should
   * @throws InterruptedException if the session was closed meanwhile
   */
  public static String health(Supplier<? extends @Nullable Node> node, PrintStream out)
      throws InterruptedException {
    NodeStatus status = settled(node);
    if (!status.troubles().isEmpty()) {
      out.println(StatusText.troubles(status.troubles()).replaceAll(INDENT, "\n"));
      throw new IllegalStateException(NOT_WELL);
    }
    return "The node is well.";
  }

  private static NodeStatus settled(Supplier<? extends @Nullable Node> node)
      throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(STARTING_MILLIS);
    NodeStatus status = running(node.get()).status();
    while (status.isStarting() && System.nanoTime() < deadline) {
      Thread.sleep(POLL_MILLIS);
      status = running(node.get()).status();
    }
    return status;
  }

  static Node running(@Nullable Node node) {
    if (node == null) {
      throw new IllegalStateException("The node is not running; the log says what it waits for.");
    }
    return node;
  }
}
