// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.harness;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.chroniclesync.api.discovery.DiscoveryState;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.UnknownFields;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.Change;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.Hit;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.History;
import org.chroniclesync.api.sync.Node;
import org.chroniclesync.api.sync.NodeStatus;
import org.chroniclesync.api.sync.PeerState;
import org.chroniclesync.api.sync.PeerStatus;
import org.chroniclesync.api.sync.StorageStatus;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.ServiceRegistration;

/** A node in a framework of its own. Safe for any thread. */
public final class NodeUnderTest implements AutoCloseable {
  private static final int SEARCH_LIMIT = 100;

  private final Container container;
  private final Node node;
  private final History history;
  private final Path socket;

  private NodeUnderTest(Container container, Path socket) {
    this.container = container;
    this.socket = socket;
    this.node = container.await(Node.class, NodeUnderTest::isReady);
    this.history = container.await(History.class, there -> true);
  }

  private static boolean isReady(Node node) {
    return node.status().self() != null && node.status().store() != null;
  }

  /**
   * Begins the description of a node.
   *
   * @param data the folder in which the node keeps everything, for example of an earlier node
   * @param mnemonic the words of its account
   * @return a description to add to
   */
  public static Plan in(Path data, String mnemonic) {
    return new Plan(data, mnemonic);
  }

  /** The configuration of a node. For one thread. */
  public static final class Plan {
    private final Path data;
    private final String mnemonic;
    private final Map<String, Map<String, Object>> configurations = new LinkedHashMap<>();
    private final Map<String, Path> jars = new HashMap<>();
    private final Set<String> absent = new HashSet<>();

    private Plan(Path data, String mnemonic) {
      this.data = data;
      this.mnemonic = mnemonic;
      set("org.chroniclesync.crypto.bouncycastle", "accountDirectory", data + "/account");
      set("org.chroniclesync.crypto.bouncycastle", "cipherProvider", "jdk");
      set("org.chroniclesync.storage.sqlite", "file", data + "/history.db");
      set("org.chroniclesync.shell", "controlSocket", data + "/control.sock");
      // Tests lose peers on purpose and should not wait long.
      set("org.chroniclesync.core", "retryBaseMillis", 100L);
      set("org.chroniclesync.core", "retryMaxMillis", 2_000L);
      set("org.chroniclesync.core", "undoFolder", data + "/undo");
    }

    /**
     * Lets the node meet others at a discovery service.
     *
     * @param url of the service
     * @return this
     */
    public Plan discovery(String url) {
      configurations.put("org.chroniclesync.discovery.websocket~test", discoveryAt(url));
      return this;
    }

    /**
     * Configures something.
     *
     * @param pid the PID, or {@code PID~name} for one of a factory
     * @param key the key
     * @param value the value
     * @return this
     */
    public Plan set(String pid, String key, Object value) {
      configurations.computeIfAbsent(pid, name -> new HashMap<>()).put(key, value);
      return this;
    }

    /**
     * Leaves a bundle away.
     *
     * @param bundle its name in the list of the distribution
     * @return this
     */
    public Plan without(String bundle) {
      absent.add(bundle);
      return this;
    }

    /**
     * Takes another jar for a bundle.
     *
     * @param bundle its name in the list of the distribution
     * @param jar the jar
     * @return this
     */
    public Plan with(String bundle, Path jar) {
      jars.put(bundle, jar);
      return this;
    }

    /**
     * Starts the node and waits until it runs with its storage.
     *
     * @return the node
     * @throws IOException if its folder cannot be written
     */
    public NodeUnderTest start() throws IOException {
      writeMnemonic(data, mnemonic);
      Container container =
          Container.start("node", data.resolve("cache"), Map.of(), configurations, jars, absent);
      try {
        return new NodeUnderTest(container, data.resolve("control.sock"));
      } catch (RuntimeException e) {
        container.close();
        throw e;
      }
    }
  }

  private static Map<String, Object> discoveryAt(String url) {
    return new HashMap<>(Map.of("url", url, "retryBaseMillis", 100L, "retryMaxMillis", 1_000L));
  }

  /** Gives the account in a folder its words, unless it has them. */
  static void writeMnemonic(Path data, String mnemonic) throws IOException {
    var mine = PosixFilePermissions.fromString("rwx------");
    Path account = data.resolve("account");
    Files.createDirectories(account, PosixFilePermissions.asFileAttribute(mine));
    Path file = account.resolve("mnemonic");
    if (!Files.exists(file)) {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(file, mnemonic, StandardCharsets.UTF_8);
    }
  }

  /**
   * Returns the name of the node in its room.
   *
   * @return its peer id
   */
  public String self() {
    return Objects.requireNonNull(node.status().self()).value();
  }

  /**
   * Returns the history of the node, for what is not in a method here.
   *
   * @return the service
   */
  public History history() {
    return history;
  }

  /**
   * Returns the state of the node.
   *
   * @return the state now
   */
  public NodeStatus status() {
    return node.status();
  }

  /**
   * Stores visits as if they had been recorded on this node.
   *
   * @param visits the visits
   */
  public void merge(List<Visit> visits) {
    mergeEntries(visits.stream().map(NodeUnderTest::entry).toList());
  }

  /**
   * Stores entries as if they had been recorded on this node.
   *
   * @param entries the entries
   */
  public void mergeEntries(List<Entry> entries) {
    try {
      for (int from = 0; from < entries.size(); from += Batch.MAX_ENTRIES) {
        int until = Math.min(entries.size(), from + Batch.MAX_ENTRIES);
        history.merge(Batch.of(entries.subList(from, until)));
      }
    } catch (StorageException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /**
   * Returns all that the node's store holds, tombstones included.
   *
   * @return the visits by device and visit id
   */
  public Map<String, Visit> visits() {
    return borrow(
        store -> {
          Map<String, Visit> all = new TreeMap<>();
          try (Cursor<Change> changes = store.changes(0)) {
            for (Change change = changes.next(); change != null; change = changes.next()) {
              Visit visit = visit(change.entry());
              all.put(visit.device() + "/" + visit.visitId(), visit);
            }
          }
          return all;
        });
  }

  /**
   * Returns all that the node's store holds, with every field, tombstones included.
   *
   * @return the entries in the order of their last change
   */
  public List<Entry> entries() {
    return borrow(
        store -> {
          List<Entry> all = new ArrayList<>();
          try (Cursor<Change> changes = store.changes(0)) {
            for (Change change = changes.next(); change != null; change = changes.next()) {
              all.add(change.entry());
            }
          }
          return all;
        });
  }

  /**
   * Returns where the feed of changes ends.
   *
   * @return the position of the last change, 0 if there is none
   */
  public long position() {
    return borrow(store -> store.state().head());
  }

  /**
   * Counts what changed of a device, without holding it.
   *
   * @param device who recorded the visits
   * @param after the position after which to begin
   * @return how many of its visits changed since, tombstones included
   */
  public long count(String device, long after) {
    return borrow(
        store -> {
          long count = 0;
          try (Cursor<Change> changes = store.changes(after)) {
            for (Change change = changes.next(); change != null; change = changes.next()) {
              count += change.entry().device().id().value().equals(device) ? 1 : 0;
            }
          }
          return count;
        });
  }

  /**
   * Searches.
   *
   * @param text the words
   * @return the URLs found
   */
  public List<String> search(String text) {
    return borrow(
        store ->
            store.search(new Search(text, SEARCH_LIMIT)).hits().stream().map(Hit::url).toList());
  }

  /**
   * Returns the peers that the node knows.
   *
   * @return the peers by id
   */
  public Map<String, PeerView> peers() {
    Map<String, PeerView> all = new TreeMap<>();
    node.status().peers().forEach(peer -> all.put(peer.peer().value(), view(peer)));
    return all;
  }

  /**
   * Tells whether this node takes another for being in sync with it.
   *
   * @param other the other node
   * @return false too if it does not know it
   */
  public boolean isInSyncWith(NodeUnderTest other) {
    PeerView view = peers().get(other.self());
    return view != null && view.state().equals("InSync");
  }

  /**
   * Returns the names of the states of the node's discoveries, such as {@code Joined}.
   *
   * @return one for each discovery
   */
  public List<String> discoveries() {
    List<String> names = new ArrayList<>();
    for (NodeStatus.DiscoveryStatus discovery : node.status().discoveries()) {
      DiscoveryState state = discovery.state();
      names.add(state.getClass().getSimpleName());
    }
    return names;
  }

  /**
   * Returns what went wrong, as the status has it.
   *
   * @return the sentences, newest first
   */
  public List<String> failures() {
    return node.status().failures().stream().map(NodeStatus.Failure::what).toList();
  }

  /**
   * Returns what went wrong, but for attempts to connect: on a busy machine one may take too long,
   * and is made again.
   *
   * @return the sentences, newest first
   */
  public List<String> faults() {
    return failures().stream().filter(what -> !what.contains(" cannot be reached by ")).toList();
  }

  /**
   * Returns the storages that run.
   *
   * @return the one in use first
   */
  public List<StorageStatus> storages() {
    return node.status().storages();
  }

  /**
   * Returns what is noted beside the entries in the storage in use.
   *
   * @return the marks by name
   */
  public Map<String, String> marks() {
    return borrow(HistoryStore::marks);
  }

  /**
   * Installs a bundle while the node runs, and starts it.
   *
   * @param jar the bundle
   * @return what was installed, which the caller may stop and uninstall
   * @throws BundleException if it does not start
   */
  public Bundle install(Path jar) throws BundleException {
    return container.install(jar);
  }

  /**
   * Returns a bundle of the node, which the caller may stop and start.
   *
   * @param name its symbolic name
   * @return the bundle
   */
  public Bundle bundle(String name) {
    return container.bundles().stream()
        .filter(bundle -> name.equals(bundle.getSymbolicName()))
        .findFirst()
        .orElseThrow();
  }

  /**
   * Lets a node that runs meet others at one more discovery service.
   *
   * @param url of the service
   * @throws IOException if the configuration cannot be kept
   */
  public void join(String url) throws IOException {
    configure("org.chroniclesync.discovery.websocket~later", discoveryAt(url));
  }

  /**
   * Configures something while the node runs.
   *
   * @param pid the PID, or {@code PID~name} for one of a factory
   * @param values all of its keys and values
   * @throws IOException if they cannot be kept
   */
  public void configure(String pid, Map<String, Object> values) throws IOException {
    container.configure(pid, values);
  }

  /**
   * Gives the node a service of the api, as a bundle would.
   *
   * @param type its interface
   * @param service the service
   * @param properties of its registration
   * @param <S> its interface
   * @return to be taken back by
   */
  public <S> ServiceRegistration<S> register(
      Class<S> type, S service, Map<String, Object> properties) {
    return container.register(type, service, properties);
  }

  /** Tries at once what would be tried later. */
  public void syncNow() {
    node.syncNow();
  }

  /**
   * Tells the whole state, for a failed test.
   *
   * @return the state in words
   */
  public String describe() {
    return node.status() + "; " + Components.explain(container);
  }

  /**
   * Runs a command of the shell through the node's control socket.
   *
   * @param line the command
   * @return what it said
   * @throws IOException if it failed, with what it said
   */
  public String command(String line) throws IOException {
    return ControlSocket.run(socket, line);
  }

  @Override
  public void close() {
    container.close();
  }

  private <R> R borrow(History.Operation<R> operation) {
    try {
      return history.borrow(operation);
    } catch (StorageException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  static Entry entry(Visit visit) {
    return new Entry(
        new Device(new DeviceId(visit.device()), "test", "test", "test", "1"),
        visit.visitId(),
        visit.url(),
        visit.title(),
        visit.visitTimeMillis(),
        "0",
        "link",
        visit.lastModifiedMillis(),
        visit.deleted(),
        null,
        UnknownFields.NONE);
  }

  static Visit visit(Entry entry) {
    return new Visit(
        entry.device().id().value(),
        entry.visitId(),
        entry.url(),
        entry.title(),
        entry.visitTimeMillis(),
        entry.lastModifiedMillis(),
        entry.deleted());
  }

  private static PeerView view(PeerStatus peer) {
    Device device = peer.device();
    return new PeerView(
        peer.peer().value(),
        peer.state().getClass().getSimpleName(),
        why(peer.state()),
        Objects.requireNonNullElse(peer.transport(), ""),
        Objects.requireNonNullElse(peer.transportNote(), ""),
        peer.node(),
        device == null ? "" : device.id().value(),
        peer.traffic().entriesIn(),
        peer.traffic().entriesOut(),
        peer.traffic().refused());
  }

  private static String why(PeerState state) {
    if (state instanceof PeerState.Refused refused) {
      return refused.why();
    }
    return state instanceof PeerState.Unreachable unreachable ? unreachable.why() : "";
  }

  private static IllegalStateException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IllegalStateException(e);
  }
}
