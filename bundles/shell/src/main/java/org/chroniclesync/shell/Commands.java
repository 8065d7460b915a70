// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.chroniclesync.api.importer.BrowserImport;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.DeviceNames;
import org.chroniclesync.api.sync.History;
import org.chroniclesync.api.sync.Node;
import org.chroniclesync.support.commands.Help;
import org.chroniclesync.support.commands.HistoryCommands;
import org.chroniclesync.support.commands.NodeCommands;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** What a person asks of a node. There also while the node is not, to say so. */
@Component(
    service = Commands.class,
    property = {
      "osgi.command.scope=" + Help.SCOPE,
      "osgi.command.function=status",
      "osgi.command.function=peers",
      "osgi.command.function=sync",
      "osgi.command.function=search",
      "osgi.command.function=devices",
      "osgi.command.function=history"
    })
public final class Commands { // public, as Gogo calls it by reflection
  private static final String DEFAULT_LIMIT = "" + Help.DEFAULT_LIMIT;

  private final AtomicReference<@Nullable Node> node = new AtomicReference<>();
  private final AtomicReference<@Nullable History> history = new AtomicReference<>();
  private final AtomicReference<@Nullable DeviceNames> names = new AtomicReference<>();
  private final AtomicReference<@Nullable BrowserImport> importer = new AtomicReference<>();

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

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      service = DeviceNames.class)
  void bindNames(DeviceNames arriving) {
    names.set(arriving);
  }

  void unbindNames(DeviceNames leaving) {
    names.compareAndSet(leaving, null);
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      service = BrowserImport.class)
  void bindImporter(BrowserImport arriving) {
    importer.set(arriving);
  }

  void unbindImporter(BrowserImport leaving) {
    importer.compareAndSet(leaving, null);
  }

  /**
   * Shows the state of the node.
   *
   * @param json true for JSON
   * @return what to show
   * @throws InterruptedException if the session was closed meanwhile
   */
  @Descriptor(Help.STATUS)
  public String status(
      @Descriptor(Help.JSON)
          @Parameter(names = Help.JSON_OPTION, presentValue = "true", absentValue = "false")
          boolean json)
      throws InterruptedException {
    return NodeCommands.status(node.get(), importer.get(), names.get(), history.get(), json);
  }

  /**
   * Lists the other devices in the room, or all that ever were.
   *
   * @param json true for JSON
   * @param known true for all that ever proved that they belong to the account
   * @return what to show
   * @throws InterruptedException if the session was closed meanwhile
   */
  @Descriptor(Help.PEERS)
  public String peers(
      @Descriptor(Help.JSON)
          @Parameter(names = Help.JSON_OPTION, presentValue = "true", absentValue = "false")
          boolean json,
      @Descriptor(Help.KNOWN)
          @Parameter(names = Help.KNOWN_OPTION, presentValue = "true", absentValue = "false")
          boolean known)
      throws InterruptedException {
    return NodeCommands.peers(node.get(), names.get(), json, known);
  }

  /**
   * Retries waiting connections now.
   *
   * @return what to show
   */
  @Descriptor(Help.SYNC)
  public String sync() {
    return NodeCommands.sync(node.get());
  }

  /**
   * Searches the history.
   *
   * @param json true for JSON
   * @param limit how many at most
   * @param more the continuation of the same search, or empty
   * @param words what to look for
   * @return what to show
   * @throws StorageException if the storage could not answer
   * @throws InterruptedException if the session was closed meanwhile
   */
  @Descriptor(Help.SEARCH)
  public String search(
      @Descriptor(Help.JSON)
          @Parameter(names = Help.JSON_OPTION, presentValue = "true", absentValue = "false")
          boolean json,
      @Descriptor(Help.MAX_RESULTS)
          @Parameter(names = Help.LIMIT_OPTION, absentValue = DEFAULT_LIMIT)
          String limit,
      @Descriptor(Help.MORE) @Parameter(names = Help.MORE_OPTION, absentValue = "") String more,
      @Descriptor(Help.WORDS) String... words)
      throws StorageException, InterruptedException {
    return historyCommands().search(json, HistoryCommands.limit(limit), more, List.of(words));
  }

  /**
   * Lists the devices and how much each recorded, or gives one a name.
   *
   * @param json true for JSON
   * @param words nothing, or what to rename
   * @return what to show
   * @throws StorageException if the storage could not answer
   * @throws InterruptedException if the session was closed meanwhile
   */
  @Descriptor(Help.DEVICES)
  public String devices(
      @Descriptor(Help.JSON)
          @Parameter(names = Help.JSON_OPTION, presentValue = "true", absentValue = "false")
          boolean json,
      @Descriptor(Help.DEVICE_WORDS) String... words)
      throws StorageException, InterruptedException {
    return historyCommands().devices(names.get(), json, List.of(words));
  }

  /**
   * Lists the newest visits.
   *
   * @param json true for JSON
   * @param limit how many at most
   * @param after since when, or empty
   * @param before until when, or empty
   * @return what to show
   * @throws StorageException if the storage could not answer
   * @throws InterruptedException if the session was closed meanwhile
   */
  @Descriptor(Help.HISTORY)
  public String history(
      @Descriptor(Help.JSON)
          @Parameter(names = Help.JSON_OPTION, presentValue = "true", absentValue = "false")
          boolean json,
      @Descriptor(Help.MAX_VISITS)
          @Parameter(names = Help.LIMIT_OPTION, absentValue = DEFAULT_LIMIT)
          String limit,
      @Descriptor(Help.AFTER) @Parameter(names = Help.AFTER_OPTION, absentValue = "") String after,
      @Descriptor(Help.BEFORE) @Parameter(names = Help.BEFORE_OPTION, absentValue = "")
          String before)
      throws StorageException, InterruptedException {
    return historyCommands().history(json, HistoryCommands.limit(limit), after, before);
  }

  private HistoryCommands historyCommands() throws InterruptedException {
    return HistoryCommands.of(node.get(), history.get(), names.get());
  }
}
