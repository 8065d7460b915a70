// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import static org.chroniclesync.core.Visits.URL;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.chroniclesync.api.crypto.Identity;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.UnknownFields;
import org.chroniclesync.api.message.MalformedMessageException;
import org.chroniclesync.api.message.MessageHandler;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.StorageException.Kind;
import org.chroniclesync.core.TestStores;
import org.chroniclesync.handler.standard.DeviceHandler;
import org.chroniclesync.handler.standard.HistoryHandler;
import org.chroniclesync.handler.standard.PingHandler;
import org.chroniclesync.handler.standard.PongHandler;
import org.chroniclesync.handler.standard.ReconcileHandler;
import org.chroniclesync.testkits.network.Gate;
import org.chroniclesync.testkits.network.MemoryDiscovery;
import org.chroniclesync.testkits.network.MemoryNetwork;
import org.chroniclesync.testkits.network.MemoryTransport;
import org.chroniclesync.testkits.storage.Dial;
import org.chroniclesync.testkits.storage.Fault;
import org.chroniclesync.testkits.storage.FaultyStore;
import org.chroniclesync.testkits.storage.Hang;

/**
 * A node of a {@link Schedule}, with all that can happen to its parts. Each step returns what it
 * did, in words. For one thread.
 */
final class ScheduledNode {
  private static final int MAX_PARTS = 3;
  private static final long MAX_CLOCK_HOURS = 72;
  private static final List<String> NETWORKS = List.of(MemoryNetwork.NAME, "second");

  /** What a session between nodes cannot do without. */
  private static final List<String> TYPES =
      List.of("ping", "pong", "device", "history", "reconcile");

  final Fixture fixture;
  final Importer importer;
  private final MemoryNetwork network;
  private final Random random;
  private final Later later;
  private final String name;
  private final SteppingClock clock = new SteppingClock();
  private final List<Shelf> shelves = new ArrayList<>();
  private final List<MemoryTransport> transports = new ArrayList<>();
  private final List<MemoryDiscovery> discoveries = new ArrayList<>();
  private final Map<String, MessageHandler> handlers = new HashMap<>();
  private FaultyCodec codec = new FaultyCodec();
  private Identity identity;
  private final Set<String> joined = new HashSet<>(Set.of(MemoryNetwork.NAME));
  private boolean identityAway;
  private boolean rejoins;
  private int visits;

  /** What is undone after some steps, or at the end. */
  interface Later {
    void undo(Runnable fault);
  }

  /** A store of the node's, in place or not. */
  private static final class Shelf {
    private final FaultyStore store = TestStores.inMemory();
    private boolean present;
    private boolean sound = true;
  }

  ScheduledNode(
      MemoryNetwork network,
      String name,
      Random random,
      Later later,
      Map<String, Object> settings) {
    this.network = network;
    this.name = name;
    this.random = random;
    this.later = later;
    Shelf first = new Shelf();
    first.present = true;
    shelves.add(first);
    fixture = new Fixture(network, name, first.store, clock, settings);
    transports.add(fixture.transport());
    discoveries.add(fixture.discovery());
    identity = fixture.identity();
    fixture.addCodec(codec);
    for (String type : TYPES) {
      fixture.removeHandlerOf(type);
      addHandlerOf(type);
    }
    importer = new Importer(fixture.node);
  }

  private <T> T any(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  // --- Visits -----------------------------------------------------------------------------------

  /** New visits, and other versions of those of all nodes. */
  String merges() {
    int count = 1 + random.nextInt(random.nextInt(10) == 0 ? 400 : 30);
    List<Entry> batch = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      batch.add(random.nextInt(4) == 0 ? version() : entry(name, visits++, 0, false));
    }
    importer.submit(batch);
    return "merges " + count + " visits";
  }

  private Entry version() {
    return entry(
        any(List.of("a", "b", "c")),
        random.nextInt(40),
        random.nextInt(1_000),
        random.nextInt(4) == 0);
  }

  private Entry entry(String device, int number, int age, boolean deleted) {
    return new Entry(
        new Device(new DeviceId("device-" + device), "Linux", "agent", "Browser", "1"),
        device + "-" + number,
        URL + device + "/" + number,
        deleted ? "" : "Page " + number + " of " + name,
        1_764_000_000_000.25 + number,
        "0",
        "link",
        1_764_000_000_000L + age,
        deleted,
        null,
        UnknownFields.NONE);
  }

  // --- Stores -----------------------------------------------------------------------------------

  private List<Shelf> shelves(boolean present) {
    return shelves.stream().filter(shelf -> shelf.present == present).toList();
  }

  private Shelf newShelf() {
    Shelf made = new Shelf();
    shelves.add(made);
    return made;
  }

  private void add(Shelf shelf) {
    shelf.present = true;
    fixture.add(shelf.store);
  }

  private void remove(Shelf shelf) {
    shelf.present = false;
    fixture.remove(shelf.store);
  }

  String storeComes() {
    if (shelves(true).size() == MAX_PARTS) {
      return storeGoes();
    }
    Shelf made = newShelf();
    String how = "";
    if (random.nextInt(3) == 0) {
      how = ", " + fails(made);
    }
    add(made);
    return "a better store comes" + how;
  }

  String storeGoes() {
    List<Shelf> present = shelves(true);
    if (present.isEmpty()) {
      return storeReturns();
    }
    remove(any(present));
    return "one of " + present.size() + " stores goes";
  }

  String storeReturns() {
    List<Shelf> away = shelves(false);
    if (away.isEmpty()) {
      return storeComes();
    }
    add(any(away));
    return "a store returns";
  }

  String storeIsSwapped() {
    List<Shelf> present = shelves(true);
    if (present.isEmpty()) {
      return storeReturns();
    }
    Shelf before = any(present);
    add(newShelf());
    remove(before);
    return "a store is swapped for an empty one";
  }

  /** Where nothing ever failed, the one before is not needed once the new one is in use. */
  String storeIsReplacedForGood() {
    List<Shelf> present = shelves(true);
    if (present.size() != 1 || !present.get(0).sound) {
      return storeReturns();
    }
    Shelf before = present.get(0);
    Shelf next = newShelf();
    add(next);
    Schedule.until("a sound store follows a sound one", () -> fixture.uses(next.store));
    remove(before);
    shelves.remove(before);
    return "a store is replaced for good";
  }

  String storeFails() {
    List<Shelf> present = shelves(true);
    if (present.isEmpty()) {
      return storeReturns();
    }
    return "a store " + fails(any(present));
  }

  private String fails(Shelf shelf) {
    shelf.sound = false;
    List<Dial<?>> dials = shelf.store.dials().all();
    int at = random.nextInt(dials.size());
    int kind = random.nextInt(4);
    boolean once = random.nextBoolean();
    boolean all = !once && random.nextInt(4) == 0;
    for (Dial<?> dial : all ? dials : List.of(dials.get(at))) {
      if (once) {
        dial.doesOnce(Fault.throwing(() -> problem(kind)));
      } else {
        dial.fails(() -> problem(kind));
      }
    }
    if (!once) {
      later.undo(shelf.store.dials()::work);
    }
    return "fails"
        + (once ? " once" : "")
        + (all ? " in all" : " in call " + at)
        + " with kind "
        + kind;
  }

  private static Throwable problem(int kind) {
    return switch (kind) {
      case 0 -> new IllegalStateException("of a store in a schedule");
      case 1 -> new NoClassDefFoundError("of a store in a schedule");
      case 2 -> new StorageException(Kind.FULL, "The disk of the schedule is full.", null);
      default -> new StorageException(Kind.FAILED, "The disk of the schedule fails.", null);
    };
  }

  String storeHangs() {
    List<Shelf> present = shelves(true);
    if (present.isEmpty()) {
      return storeReturns();
    }
    Shelf hanging = any(present);
    hanging.sound = false;
    List<Dial<?>> dials = hanging.store.dials().all();
    int at = random.nextInt(dials.size());
    boolean last = random.nextBoolean();
    hang(dials.get(at), last);
    return "a store hangs in call " + at + (last ? ", after it was made" : "");
  }

  private <R> void hang(Dial<R> dial, boolean last) {
    Hang hang = new Hang();
    dial.does(last ? hang.last() : hang.first());
    later.undo(
        () -> {
          dial.works();
          hang.release();
        });
  }

  // --- Transports and discoveries ---------------------------------------------------------------

  String transportComes() {
    if (transports.size() == MAX_PARTS) {
      return transportGoes();
    }
    MemoryTransport made = network.transport(any(NETWORKS));
    transports.add(made);
    fixture.add(made);
    return "transport " + made + " comes";
  }

  String transportGoes() {
    if (transports.isEmpty()) {
      return transportComes();
    }
    MemoryTransport gone = any(transports);
    transports.remove(gone);
    fixture.remove(gone);
    // One that leaves closes what it gave out; the node must do so, too.
    boolean closes = random.nextBoolean();
    if (closes) {
      gone.close();
    }
    return "transport " + gone + " goes" + (closes ? " and closes" : "");
  }

  String transportFails() {
    if (transports.isEmpty()) {
      return transportComes();
    }
    MemoryTransport failing = any(transports);
    int kind = random.nextInt(4);
    switch (kind) {
      case 0 -> failing.block(true);
      case 1 -> failing.beforeOpening(gate()::pass);
      default -> failing.beforeLink(() -> throwUnchecked(kind == 2));
    }
    later.undo(() -> works(failing));
    return "transport " + failing + " fails, kind " + kind;
  }

  private static void works(MemoryTransport transport) {
    transport.block(false);
    transport.beforeOpening(() -> {});
    transport.beforeLink(() -> {});
  }

  private Gate gate() {
    Gate gate = new Gate();
    later.undo(gate::open);
    return gate;
  }

  private static void throwUnchecked(boolean error) {
    if (error) {
      throw new NoClassDefFoundError("of a part in a schedule");
    }
    throw new IllegalStateException("of a part in a schedule");
  }

  String discoveryComes() {
    if (discoveries.size() == MAX_PARTS) {
      return discoveryGoes();
    }
    MemoryDiscovery made = network.discovery(any(NETWORKS));
    int kind = random.nextInt(9);
    switch (kind) {
      case 0, 1 -> {
        made.beforeJoin(() -> throwUnchecked(kind == 0));
        rejoins = true;
      }
      case 2 -> made.beforeJoin(gate()::pass);
      case 3, 4 -> made.beforeLeave(() -> throwUnchecked(kind == 3));
      default -> {}
    }
    // Of two of the same name and node the network knows the last only, whichever stays.
    rejoins |= !joined.add(made.toString());
    discoveries.add(made);
    fixture.add(made, made.toString());
    return "discovery " + made + " comes, kind " + kind;
  }

  String discoveryGoes() {
    if (discoveries.isEmpty()) {
      return discoveryComes();
    }
    MemoryDiscovery gone = any(discoveries);
    remove(gone);
    // What the node has not left by now, because it is just joining, is not its fault.
    gone.beforeLeave(() -> {});
    boolean closes = random.nextBoolean();
    if (closes) {
      gone.close();
    }
    return "discovery " + gone + " goes" + (closes ? " and closes" : "");
  }

  private void remove(MemoryDiscovery gone) {
    discoveries.remove(gone);
    fixture.remove(gone);
  }

  // --- Identity, codec, handlers, clock ---------------------------------------------------------

  String identityIsSwapped() {
    if (identityAway) {
      return "nobody is there";
    }
    Identity next = fixture.named("A", "secret");
    fixture.add(next);
    fixture.remove(identity);
    identity = next;
    return "the identity is swapped";
  }

  String identityIsAway() {
    if (identityAway) {
      return "nobody is there";
    }
    fixture.remove(identity);
    identityAway = true;
    later.undo(
        () -> {
          fixture.add(identity);
          identityAway = false;
        });
    return "the identity is away";
  }

  String identityIsAnother() {
    Identity other = fixture.named("B", "other");
    fixture.add(other);
    later.undo(() -> fixture.remove(other));
    return "somebody else is there";
  }

  String codecIsSwapped() {
    FaultyCodec next = new FaultyCodec();
    fixture.addCodec(next);
    fixture.removeCodec(codec);
    codec = next;
    return "the codec is swapped";
  }

  String codecFails() {
    int times = 1 + random.nextInt(5);
    codec.failNext(times);
    return "the codec fails " + times + " times";
  }

  private static MessageHandler handler(String type) {
    return switch (type) {
      case "ping" -> new PingHandler();
      case "pong" -> new PongHandler();
      case "device" -> new DeviceHandler();
      case "history" -> new HistoryHandler();
      case "reconcile" -> new ReconcileHandler();
      default -> throw new IllegalArgumentException(type);
    };
  }

  private void addHandlerOf(String type) {
    MessageHandler made = handler(type);
    handlers.put(type, made);
    fixture.add(type, made);
  }

  String handlerIsSwapped() {
    String type = any(TYPES);
    MessageHandler before = handlers.get(type);
    if (before == null) {
      return "there is no handler of " + type;
    }
    addHandlerOf(type);
    fixture.remove(before);
    return "the handler of " + type + " is swapped";
  }

  String handlerIsAway() {
    String type = any(TYPES);
    MessageHandler before = handlers.remove(type);
    if (before != null) {
      fixture.remove(before);
      later.undo(() -> addHandlerOf(type));
    }
    return "the handler of " + type + " is away";
  }

  String handlerFails() {
    String type = any(TYPES);
    int kind = random.nextInt(3);
    MessageHandler failing =
        (session, message) -> {
          if (kind == 2) {
            throw new MalformedMessageException("of a handler in a schedule", null);
          }
          throwUnchecked(kind == 1);
        };
    fixture.add(type, failing);
    later.undo(() -> fixture.remove(failing));
    return "the handler of " + type + " fails, kind " + kind;
  }

  String chatterComes() {
    Chatter chatter = new Chatter();
    fixture.add(Chatter.TYPE, chatter);
    later.undo(() -> fixture.remove(chatter));
    return "a handler of its own comes";
  }

  String clockSteps() {
    long minutes = random.nextLong(-MAX_CLOCK_HOURS * 60, MAX_CLOCK_HOURS * 60);
    clock.set(Duration.ofMinutes(minutes));
    return "the clock differs by " + minutes + " min";
  }

  String isAsked() {
    fixture.node.status();
    fixture.node.syncNow();
    return "is asked, and told to sync";
  }

  // --- The end ----------------------------------------------------------------------------------

  /** Whether it cannot be met where nodes meet at first. */
  boolean isLost() {
    return rejoins
        || discoveries.stream().noneMatch(of -> of.toString().equals(MemoryNetwork.NAME));
  }

  /** All that a node needs is there again; what was undone is undone already. */
  void mend(boolean anew) {
    codec.failNext(0);
    transports.forEach(ScheduledNode::works);
    if (transports.stream().noneMatch(of -> of.toString().equals(MemoryNetwork.NAME))) {
      MemoryTransport made = network.transport();
      transports.add(made);
      fixture.add(made);
    }
    if (anew) {
      List.copyOf(discoveries).forEach(this::remove);
      fixture.add(network.discovery("last"), "last");
    }
    shelves.forEach(shelf -> shelf.store.dials().work());
  }

  /** What only one of the stores holds comes back with it: each is the best one once. */
  void gathers() {
    if (shelves.size() == 1 && shelves.get(0).present) {
      return;
    }
    for (Shelf shelf : shelves) {
      if (shelf.present) {
        remove(shelf);
      }
      add(shelf);
      Schedule.until("a store that works is used", () -> fixture.uses(shelf.store));
    }
  }

  /** What is in the store in use, which is the last of all. */
  Set<Entry> entries() {
    return TestStores.entries(shelves.get(shelves.size() - 1).store);
  }

  boolean holds(Entry entry) {
    return TestStores.covers(shelves.get(shelves.size() - 1).store, entry);
  }

  /** How often a part had to leave before its leases were back. */
  long leftTooEarly() {
    return fixture.node.status().failures().stream()
        .filter(failure -> failure.what().contains(" left before "))
        .mapToLong(failure -> failure.times())
        .sum();
  }

  static Map<String, Object> settings(Random random) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("offerGraceMillis", 20L);
    settings.put("pingIntervalMillis", 100L);
    settings.put("silenceMillis", 1_000L);
    settings.put("drainTimeoutMillis", 100L + random.nextInt(400));
    settings.put("windowBytes", random.nextBoolean() ? Fixture.LEAST_WINDOW_BYTES : 1 << 20);
    return settings;
  }
}
