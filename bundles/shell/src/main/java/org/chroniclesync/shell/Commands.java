// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.DeviceSummary;
import org.chroniclesync.api.storage.Hit;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.History;
import org.chroniclesync.api.sync.KnownDevice;
import org.chroniclesync.api.sync.Node;
import org.chroniclesync.api.sync.NodeStatus;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** What a person asks of a node. There also while the node is not, to say so. */
@Component(
    service = Commands.class,
    property = {
      "osgi.command.scope=chroniclesync",
      "osgi.command.function=status",
      "osgi.command.function=peers",
      "osgi.command.function=sync",
      "osgi.command.function=search",
      "osgi.command.function=devices",
      "osgi.command.function=history"
    })
public final class Commands { // public, as Gogo calls it by reflection
  private static final String JSON = "--json";
  private static final String LIMIT = "--limit";
  private static final String DEFAULT_LIMIT = "20";

  private final AtomicReference<@Nullable Node> node = new AtomicReference<>();
  private final AtomicReference<@Nullable History> history = new AtomicReference<>();

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

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      service = History.class)
  void bindHistory(History arriving) {
    history.set(arriving);
  }

  void unbindHistory(History leaving) {
    history.compareAndSet(leaving, null);
  }

  /**
   * Shows the state of the node.
   *
   * @param json true for JSON
   * @return what to show
   */
  @Descriptor("shows the state of the node: history, storage, discovery, peers, failures")
  public String status(
      @Descriptor("prints JSON")
          @Parameter(names = JSON, presentValue = "true", absentValue = "false")
          boolean json) {
    NodeStatus status = node().status();
    return json ? Json.status(status) : StatusText.status(status);
  }

  /**
   * Lists the other devices in the room, or all that ever were.
   *
   * @param json true for JSON
   * @param known true for all that ever proved that they belong to the account
   * @return what to show
   */
  @Descriptor("lists the other devices in the room with their traffic and state")
  public String peers(
      @Descriptor("prints JSON")
          @Parameter(names = JSON, presentValue = "true", absentValue = "false")
          boolean json,
      @Descriptor("lists all devices that ever proved that they belong to the account")
          @Parameter(names = "--known", presentValue = "true", absentValue = "false")
          boolean known) {
    if (known) {
      List<KnownDevice> devices = node().devices();
      return json ? Json.known(devices) : StatusText.known(devices);
    }
    NodeStatus status = node().status();
    return json ? Json.peers(status.peers()) : StatusText.peers(status.peers());
  }

  /**
   * Retries waiting connections now.
   *
   * @return what to show
   */
  @Descriptor("retries waiting connections now; see status for the result")
  public String sync() {
    node().syncNow();
    return "Retrying now; see status.";
  }

  /**
   * Searches the history.
   *
   * @param json true for JSON
   * @param limit how many at most
   * @param words what to look for
   * @return what to show
   * @throws StorageException if the storage could not answer
   * @throws InterruptedException if the session was closed meanwhile
   */
  @Descriptor("searches the history of all devices; the last word may be incomplete")
  public String search(
      @Descriptor("prints JSON")
          @Parameter(names = JSON, presentValue = "true", absentValue = "false")
          boolean json,
      @Descriptor("the maximum number of results")
          @Parameter(names = LIMIT, absentValue = DEFAULT_LIMIT)
          int limit,
      @Descriptor("the words to search for") String... words)
      throws StorageException, InterruptedException {
    List<Hit> hits = archive().search(String.join(" ", words), limit);
    return json ? Json.hits(hits) : HistoryText.hits(hits);
  }

  /**
   * Counts the entries of each device.
   *
   * @param json true for JSON
   * @return what to show
   * @throws StorageException if the storage could not answer
   * @throws InterruptedException if the session was closed meanwhile
   */
  @Descriptor("counts the entries of each device")
  public String devices(
      @Descriptor("prints JSON")
          @Parameter(names = JSON, presentValue = "true", absentValue = "false")
          boolean json)
      throws StorageException, InterruptedException {
    List<DeviceSummary> devices = archive().devices();
    return json ? Json.devices(devices) : HistoryText.devices(devices);
  }

  /**
   * Lists the newest visits.
   *
   * @param json true for JSON
   * @param limit how many at most
   * @return what to show
   * @throws StorageException if the storage could not answer
   * @throws InterruptedException if the session was closed meanwhile
   */
  @Descriptor("lists the newest visits of all devices")
  public String history(
      @Descriptor("prints JSON")
          @Parameter(names = JSON, presentValue = "true", absentValue = "false")
          boolean json,
      @Descriptor("the maximum number of visits")
          @Parameter(names = LIMIT, absentValue = DEFAULT_LIMIT)
          int limit)
      throws StorageException, InterruptedException {
    List<Entry> entries = archive().newest(limit);
    return json ? Json.entries(entries) : HistoryText.entries(entries);
  }

  private Node node() {
    Node running = node.get();
    if (running == null) {
      throw new IllegalStateException("The node is not running; the log says what it waits for.");
    }
    return running;
  }

  private Archive archive() {
    History present = history.get();
    if (present == null || node().status().store() == null) {
      // The history would wait for a storage, and the person with it.
      throw new IllegalStateException("No storage is available; see status.");
    }
    return new Archive(present);
  }
}
