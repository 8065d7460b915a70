// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.network;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.chroniclesync.api.discovery.DiscoveryEvent;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.transport.CloseReason;
import org.jspecify.annotations.Nullable;

/**
 * A network inside one process. Give each node a {@link #discovery} and a {@link #transport} of its
 * own, or several with different names. Those with the same name meet and connect with each other.
 *
 * <p>Both keep all rules of their seams. A test then dials faults, at any time, from any thread:
 *
 * <ul>
 *   <li>frames that are lost, repeated, swapped or changed, and connections that are cut: {@link
 *       #middle}, with {@link FrameFaults} or code of the test's own;
 *   <li>slow connections and small buffers: {@link #delay}, {@link #buffer};
 *   <li>peers that cannot be reached, or that vanish without a word: {@link #routes}, {@link
 *       MemoryTransport#block}, {@link #vanish};
 *   <li>a discovery service that loses, forges or floods: {@link #carrier}, {@link #introducing},
 *       {@link #tell}, {@link #flood};
 *   <li>calls that throw or hang, and channels that open late: {@link MemoryDiscovery#beforeJoin},
 *       {@link MemoryDiscovery#beforeLeave}, {@link MemoryTransport#beforeLink}, {@link
 *       MemoryTransport#beforeOpening}, with a {@link Gate} where they are to hang.
 * </ul>
 *
 * <p>Afterwards a test asks what is left: {@link #openChannels}, {@link #openLinks}, {@link
 * #openMemberships}.
 *
 * <p>Chance depends on the seed alone: the same frame of the same connection meets the same fate,
 * however the threads take turns.
 */
public final class MemoryNetwork implements AutoCloseable {
  /** The name of a discovery and of a transport that was given none. */
  public static final String NAME = "memory";

  private static final Pattern NAMES = Pattern.compile("[a-z0-9-]{1,64}");
  private static final AtomicLong SERIALS = new AtomicLong();
  private static final int BUFFER_FRAMES = 64;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final long serial = SERIALS.incrementAndGet();
  private final long seed;
  private final MemoryRooms rooms = new MemoryRooms();
  private final AtomicLong ids = new AtomicLong();
  private final Map<String, Offered> offers = new ConcurrentHashMap<>();
  private final Set<Connection> connections = new LinkedHashSet<>();
  private final Map<Pair, Integer> connected = new HashMap<>();
  private final Set<MemoryDiscovery> discoveries = new LinkedHashSet<>();
  private final Set<MemoryTransport> transports = new LinkedHashSet<>();
  private final ConcurrentLinkedQueue<Throwable> thrown = new ConcurrentLinkedQueue<>();
  private volatile Middle middle = Passage::go;
  private volatile BiPredicate<PeerId, PeerId> routes = (from, to) -> true;
  private volatile Delays delays = new Delays(Duration.ZERO, Duration.ZERO);
  private volatile Duration patience = PATIENCE;
  private volatile int buffer = BUFFER_FRAMES;
  private volatile boolean split;

  private record Delays(Duration least, Duration most) {}

  /** Two peers in a fixed order, and the transport that connects them. */
  private record Pair(String transport, PeerId smaller, PeerId greater) {
    static Pair of(String transport, PeerId one, PeerId other) {
      return one.compareTo(other) < 0
          ? new Pair(transport, one, other)
          : new Pair(transport, other, one);
    }
  }

  /** Makes a network whose seed is drawn. */
  public MemoryNetwork() {
    this(ThreadLocalRandom.current().nextLong());
  }

  /**
   * Makes a network.
   *
   * @param seed what its chances depend on
   */
  public MemoryNetwork(long seed) {
    this.seed = seed;
  }

  // --- What nodes get ---------------------------------------------------------------------------

  /**
   * Makes a discovery for one node, with the name {@value #NAME}.
   *
   * @return the discovery
   */
  public MemoryDiscovery discovery() {
    return discovery(NAME);
  }

  /**
   * Makes a discovery for one node.
   *
   * @param name lower-case letters, digits and hyphens, 64 at most
   * @return the discovery; its members meet those of all discoveries of this name
   * @throws IllegalArgumentException if the name is another
   */
  public MemoryDiscovery discovery(String name) {
    MemoryDiscovery made = new MemoryDiscovery(this, checked(name));
    synchronized (discoveries) {
      discoveries.add(made);
    }
    return made;
  }

  /**
   * Makes a transport for one node, with the name {@value #NAME}.
   *
   * @return the transport
   */
  public MemoryTransport transport() {
    return transport(NAME);
  }

  /**
   * Makes a transport for one node.
   *
   * @param name lower-case letters, digits and hyphens, 64 at most
   * @return the transport, which connects with all transports of this name
   * @throws IllegalArgumentException if the name is another
   */
  public MemoryTransport transport(String name) {
    MemoryTransport made = new MemoryTransport(this, checked(name));
    synchronized (transports) {
      transports.add(made);
    }
    return made;
  }

  private static String checked(String name) {
    if (!NAMES.matcher(name).matches()) {
      throw new IllegalArgumentException("the name '" + name + "' does not match " + NAMES);
    }
    return name;
  }

  // --- Faults of connections --------------------------------------------------------------------

  /**
   * Puts somebody into the middle of all connections, also of those that are open.
   *
   * @param next who it is; {@code Passage::go} for nobody
   */
  public void middle(Middle next) {
    middle = next;
  }

  /**
   * Says whether the connections that are made from now on are two each, with somebody between
   * them: their ends then have different bindings.
   *
   * @param next whether they are split
   */
  public void split(boolean next) {
    split = next;
  }

  /**
   * Sets how many frames each direction of a connection holds that is made from now on. A sender
   * waits while so many have not been received.
   *
   * @param frames 1 or more; {@value #BUFFER_FRAMES} at the beginning
   * @throws IllegalArgumentException if there are fewer
   */
  public void buffer(int frames) {
    if (frames < 1) {
      throw new IllegalArgumentException("a buffer of " + frames + " frames");
    }
    buffer = frames;
  }

  /**
   * Sets how long frames, and the news that a peer closed, are on their way from now on. They
   * arrive in order.
   *
   * @param least the shortest time
   * @param most the longest time
   * @throws IllegalArgumentException if one is negative or the longest is the shorter
   */
  public void delay(Duration least, Duration most) {
    if (least.isNegative() || most.compareTo(least) < 0) {
      throw new IllegalArgumentException("a delay from " + least + " to " + most);
    }
    delays = new Delays(least, most);
  }

  /**
   * Sets how long an offer waits for its answer from now on.
   *
   * @param next the time; 10 seconds at the beginning
   */
  public void patience(Duration next) {
    patience = next;
  }

  /**
   * Says who can connect with whom from now on. Channels that are open stay open.
   *
   * @param next tells whether the first can connect with the second
   */
  public void routes(BiPredicate<PeerId, PeerId> next) {
    routes = next;
  }

  /**
   * Cuts one of the connections that there are, if there is one.
   *
   * @param random what chooses it
   */
  public void cut(Random random) {
    List<Connection> open = connections(connection -> !connection.isOver());
    if (!open.isEmpty()) {
      open.get(random.nextInt(open.size())).cut();
    }
  }

  /**
   * Cuts all connections between two peers.
   *
   * @param one one of them
   * @param other the other
   */
  public void cut(PeerId one, PeerId other) {
    connections(connection -> connection.joins(one, other)).forEach(Connection::cut);
  }

  /**
   * Lets a peer vanish: from now on nothing that it sends arrives anywhere, neither frames nor
   * signals nor the news that it closed or left, and nothing arrives at it. Its channels look open,
   * and nobody is told that it is gone.
   *
   * @param peer the peer
   */
  public void vanish(PeerId peer) {
    rooms.vanish(peer);
  }

  /**
   * Ends what {@link #vanish} began. What was lost stays lost.
   *
   * @param peer the peer
   */
  public void reappear(PeerId peer) {
    rooms.reappear(peer);
  }

  // --- Faults of discoveries --------------------------------------------------------------------

  /**
   * Sets who carries all signals from now on.
   *
   * @param next who it is; {@code Delivery::go} for an honest service
   */
  public void carrier(Carrier next) {
    rooms.carrier(next);
  }

  /**
   * Says whether those who join from now on and those who are there hear of each other.
   *
   * @param next whether they do; true at the beginning
   */
  public void introducing(boolean next) {
    rooms.introducing(next);
  }

  /**
   * Tells a member something, true or false, through each membership that it has. Waits while 256
   * events wait to be told; an interrupt ends that, and the event is dropped.
   *
   * @param to the member; if there is none, nothing happens
   * @param event what it is told
   */
  public void tell(PeerId to, DiscoveryEvent event) {
    rooms.tell(to, event);
  }

  /**
   * Tells a member of nodes that do not exist, as {@link #tell} does: {@code node.ghost-0} and so
   * on.
   *
   * @param to the member
   * @param ghosts how many
   */
  public void flood(PeerId to, int ghosts) {
    for (int i = 0; i < ghosts; i++) {
      tell(to, new DiscoveryEvent.PeerSeen(PeerId.ofNode("ghost-" + i)));
    }
  }

  // --- What is left -----------------------------------------------------------------------------

  /**
   * Lists the channels that are open for their holders. One that is about to be told of is among
   * them.
   *
   * @return each end of a connection, in the order in which they opened
   */
  public List<Holding> openChannels() {
    return connections(connection -> true).stream()
        .flatMap(Connection::ends)
        .filter(MemoryChannel::isOpen)
        .map(MemoryChannel::holding)
        .toList();
  }

  /**
   * Lists the links that have not been closed.
   *
   * @return each link
   */
  public List<Holding> openLinks() {
    List<MemoryTransport> all;
    synchronized (transports) {
      all = List.copyOf(transports);
    }
    return all.stream().flatMap(transport -> transport.openLinks().stream()).toList();
  }

  /**
   * Lists the memberships that have not been closed.
   *
   * @return each membership
   */
  public List<Holding> openMemberships() {
    return rooms.open();
  }

  /**
   * Lists what listeners have thrown. It cost them nothing: they are told of what comes after.
   *
   * @return the exceptions and errors, oldest first
   */
  public List<Throwable> thrown() {
    return List.copyOf(thrown);
  }

  /**
   * Returns what the chances of this network depend on.
   *
   * @return the seed
   */
  public long seed() {
    return seed;
  }

  /** Stops all discoveries and transports; no thread is left. Closing it again does nothing. */
  @Override
  public void close() {
    taken(discoveries).forEach(MemoryDiscovery::close);
    taken(transports).forEach(MemoryTransport::close);
  }

  private static <T> List<T> taken(Set<T> from) {
    synchronized (from) {
      List<T> all = List.copyOf(from);
      from.clear();
      return all;
    }
  }

  @Override
  public String toString() {
    return "network of seed " + seed;
  }

  // --- For its parts ----------------------------------------------------------------------------

  MemoryRooms rooms() {
    return rooms;
  }

  Middle middle() {
    return middle;
  }

  int buffer() {
    return buffer;
  }

  Duration patience() {
    return patience;
  }

  boolean hasRoute(PeerId from, PeerId to) {
    return routes.test(from, to);
  }

  void threw(Throwable problem) {
    thrown.add(problem);
  }

  /** Returns for how many nanoseconds something is on its way to an end. */
  long delay(MemoryChannel to, long number) {
    Delays now = delays;
    long least = now.least().toNanos();
    long span = now.most().toNanos() - least;
    return span == 0 ? least : least + to.draws(seed, number).nextLong(span + 1);
  }

  Offered offered(MemoryTransport.End by) {
    Offered made = new Offered(Long.toString(ids.incrementAndGet()), by);
    offers.put(made.id(), made);
    return made;
  }

  @Nullable Offered offer(String id) {
    return offers.get(id);
  }

  void withdraw(Offered withdrawn, boolean superseded) {
    offers.remove(withdrawn.id());
    withdrawn.withdraw(superseded);
  }

  Connection connect(MemoryTransport.End offering, MemoryTransport.End answering) {
    String transport = offering.transport().toString();
    synchronized (connections) {
      int number =
          connected.merge(Pair.of(transport, offering.self(), answering.self()), 1, Integer::sum);
      String id = "memory network " + serial + ", connection " + ids.incrementAndGet();
      return new Connection(this, offering, answering, number, id, split);
    }
  }

  void opened(Connection connection) {
    synchronized (connections) {
      connections.removeIf(Connection::isOver);
      connections.add(connection);
    }
  }

  void forget(Connection ended) {
    if (ended.isOver()) {
      synchronized (connections) {
        connections.remove(ended);
      }
    }
  }

  /** Ends the channels and offers of a transport that stops. */
  void closeChannels(MemoryTransport of) {
    List<Offered> stale =
        offers.values().stream().filter(offered -> offered.end().transport() == of).toList();
    stale.forEach(offered -> withdraw(offered, false));
    CloseReason stops = new CloseReason(CloseReason.Kind.LOCAL, of + " stops");
    connections(connection -> true).stream()
        .flatMap(Connection::ends)
        .filter(end -> end.transport() == of)
        .forEach(end -> end.close(stops));
  }

  private List<Connection> connections(Predicate<Connection> wanted) {
    List<Connection> all;
    synchronized (connections) {
      all = List.copyOf(connections);
    }
    return all.stream().filter(wanted).toList();
  }
}
