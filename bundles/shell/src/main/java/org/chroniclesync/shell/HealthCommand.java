// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.chroniclesync.api.sync.Node;
import org.chroniclesync.api.sync.NodeStatus;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** Whether all is well, for scripts and the start of a node: a command that fails if not. */
@Component(
    service = HealthCommand.class,
    property = {"osgi.command.scope=chroniclesync", "osgi.command.function=health"})
public final class HealthCommand { // public, as Gogo calls it by reflection
  /** How long parts that are starting may take before the others are judged without them. */
  private static final long STARTING_MILLIS = 2_000;

  private static final long POLL_MILLIS = 50;

  /** The status has its lines below a heading. */
  private static final String INDENT = "\n {13}";

  private static final String NOT_WELL =
      "Something does not work as it should; it is named above. The rest works without it.";

  private final AtomicReference<@Nullable Node> node = new AtomicReference<>();

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      service = Node.class)
  void bindNode(Node arriving) {
    node.set(arriving);
  }

  void unbindNode(Node leaving) {
    node.compareAndSet(leaving, null);
  }

  /**
   * Tells whether the node is well.
   *
   * @param session where to show what is wrong
   * @return what to show if nothing is
   * @throws IllegalStateException if a part does not work as it should
   * @throws InterruptedException if the session was closed meanwhile
   */
  @Descriptor("fails if a part of the node does not work as it should, and names it")
  public String health(CommandSession session) throws InterruptedException {
    NodeStatus status = settled();
    if (!status.troubles().isEmpty()) {
      session.getConsole().println(StatusText.troubles(status.troubles()).replaceAll(INDENT, "\n"));
      throw new IllegalStateException(NOT_WELL);
    }
    return "The node is well.";
  }

  private NodeStatus settled() throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(STARTING_MILLIS);
    NodeStatus status = status();
    while (status.isStarting() && System.nanoTime() < deadline) {
      Thread.sleep(POLL_MILLIS);
      status = status();
    }
    return status;
  }

  private NodeStatus status() {
    Node running = node.get();
    if (running == null) {
      throw new IllegalStateException("The node is not running; the log says what it waits for.");
    }
    return running.status();
  }
}
