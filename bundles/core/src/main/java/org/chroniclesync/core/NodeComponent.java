// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.chroniclesync.api.crypto.Identity;
import org.chroniclesync.api.discovery.Discovery;
import org.chroniclesync.api.discovery.DiscoveryEvent;
import org.chroniclesync.api.discovery.DiscoveryState;
import org.chroniclesync.api.discovery.Membership;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.message.MessageCodec;
import org.chroniclesync.api.message.MessageHandler;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.MergeResult;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.History;
import org.chroniclesync.api.sync.Node;
import org.chroniclesync.api.sync.NodeStatus;
import org.chroniclesync.api.sync.NodeStatus.DiscoveryStatus;
import org.chroniclesync.api.sync.PeerStatus;
import org.chroniclesync.api.transport.Transport;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.bundle.Requirement;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node: wires what comes and goes to the peers. */
@Component(
    service = {Node.class, History.class},
    configurationPid = "org.chroniclesync.core",
    immediate = true)
@Designate(ocd = Config.class)
// It runs while nobody says who it is, but to no purpose; so a resolver shall bring somebody.
@Requirement(
    namespace = "osgi.service",
    filter = "(objectClass=org.chroniclesync.api.crypto.Identity)",
    effective = "active")
public final class NodeComponent implements Node, History {
  private static final Logger LOG = LoggerFactory.getLogger(NodeComponent.class);

  /** How often watchers hear of changes at most. */
  private static final Duration WATCH_PERIOD = Duration.ofMillis(200);

  private final Clock clock;
  private final Instant startedAt;
  private final Settings settings;
  private final Slot<Identity> identities = new Slot<>();
  private final Slot<MessageCodec> codecs = new Slot<>();
  private final Handlers handlers = new Handlers();
  private final Transports transports = new Transports();
  private final Failures failures;
  private final Stores stores;
  private final Loop loop = new Loop("chroniclesync-core");

  /** Apart from the loop, because a watcher may be slow. */
  private final Loop watchLoop = new Loop("chroniclesync-watch");

  private final Watchers watchers = new Watchers(this::status);
  private final Commons commons;

  /** Written by the loop only. */
  private final Map<PeerId, Peer> peers = new ConcurrentHashMap<>();

  private final Map<ServiceReference<Discovery>, Joined> joined = new ConcurrentHashMap<>();

  /** Before, the node is in no room. */
  private volatile boolean started;

  /** Null until there is an identity. Written by the loop only. */
  private volatile @Nullable Self self;

  /**
   * Makes the node; what it works with is bound afterwards, and then it is started.
   *
   * @param config its configuration
   */
  @Activate
  public NodeComponent(Config config) {
    this(config, Clock.systemUTC());
  }

  /** With a clock of its own, which may be wrong. */
  NodeComponent(Config config, Clock clock) {
    this.clock = clock;
    this.startedAt = clock.instant();
    this.failures = new Failures(clock);
    this.settings = Settings.of(config);
    this.stores = new Stores(new ArrivalRule(clock), failures, settings);
    this.commons = new Commons(identities, codecs, stores, handlers, settings, failures, clock);
    stores.follow(watchers::dirty);
  }

  /**
   * Starts what runs until the end. Not before everything is bound: the component runtime drops a
   * node whose configuration changes meanwhile, and such a one is unbound, but never deactivated.
   */
  @Activate
  void start() {
    stores.start();
    watchLoop.every(WATCH_PERIOD, watchers::tell);
    started = true;
    loop.post(this::settle);
  }

  // --- What comes and goes ----------------------------------------------------------------------

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindIdentity(Identity identity, ServiceReference<Identity> reference) {
    identities.add(reference, identity);
    identities.lendBest();
    loop.post(this::settle);
  }

  void unbindIdentity(ServiceReference<Identity> reference) {
    identities.remove(reference, settings.drainTimeout());
    loop.post(this::settle);
  }

  /**
   * Takes the node to the room of whom it is now. The same account from another service is no news,
   * and without any the node stays who it was: sessions hold back until there is one again.
   */
  private void settle() {
    Self now = lentSelf();
    if (started && now != null && !now.equals(self)) {
      moveOut();
      self = now;
      joined.values().forEach(entry -> entry.join(now, this::on));
    }
  }

  private @Nullable Self lentSelf() {
    try (Slot.Lease<Identity> lease = identities.leaseNow()) {
      return lease == null ? null : Self.of(lease.service());
    }
  }

  private void moveOut() {
    joined.values().forEach(Joined::leave);
    peers.values().forEach(Peer::stop);
    peers.clear();
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindStore(HistoryStore store, ServiceReference<HistoryStore> reference) {
    stores.bind(reference, store);
  }

  void unbindStore(HistoryStore store, ServiceReference<HistoryStore> reference) {
    stores.unbind(reference, store);
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindCodec(MessageCodec codec, ServiceReference<MessageCodec> reference) {
    codecs.add(reference, codec);
    codecs.lendBest();
  }

  void unbindCodec(ServiceReference<MessageCodec> reference) {
    codecs.remove(reference, settings.drainTimeout());
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindHandler(MessageHandler handler, ServiceReference<MessageHandler> reference) {
    handlers.add(reference, handler);
  }

  void unbindHandler(ServiceReference<MessageHandler> reference) {
    if (!handlers.remove(reference, settings.drainTimeout())) {
      failures.add("A message handler left before it was done with a message.");
    }
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindTransport(Transport transport, ServiceReference<Transport> reference) {
    transports.add(reference, transport);
    loop.post(() -> peers.values().forEach(Peer::transportCame));
  }

  void unbindTransport(ServiceReference<Transport> reference) {
    Transports.Named gone = transports.remove(reference);
    if (gone != null) {
      loop.post(() -> peers.values().forEach(peer -> peer.transportGone(gone)));
    }
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindDiscovery(Discovery discovery, ServiceReference<Discovery> reference) {
    Joined entry = new Joined(name(reference), discovery);
    joined.put(reference, entry);
    loop.post(() -> join(entry));
  }

  private void join(Joined entry) {
    Self now = self;
    if (now != null) {
      entry.join(now, this::on);
    }
  }

  /** The plain name, and a number behind it only where two of a kind are in use. */
  private String name(ServiceReference<Discovery> reference) {
    String plain = String.valueOf(reference.getProperty(Discovery.NAME_PROPERTY));
    boolean taken = joined.values().stream().anyMatch(other -> other.name().equals(plain));
    return taken ? plain + "#" + reference.getProperty("service.id") : plain;
  }

  void unbindDiscovery(ServiceReference<Discovery> reference) {
    Joined entry = joined.remove(reference);
    if (entry != null) {
      entry.end();
      loop.post(() -> peers.values().forEach(peer -> peer.gone(entry.name())));
    }
  }

  // --- What discoveries say ---------------------------------------------------------------------

  private void on(Joined entry, Joined.Stay stay, DiscoveryEvent event) {
    if (!stay.enter()) {
      return;
    }
    boolean posted =
        loop.post(
            () -> {
              stay.leave();
              dispatch(entry, stay, event);
            });
    if (!posted) {
      stay.leave();
    }
  }

  private void dispatch(Joined entry, Joined.Stay stay, DiscoveryEvent event) {
    Membership membership = entry.membership(stay);
    if (membership == null) {
      return;
    }
    if (event instanceof DiscoveryEvent.StateChanged changed) {
      entry.state(changed.state());
      report(entry.name(), changed.state());
    } else if (event instanceof DiscoveryEvent.PeerSeen seen) {
      Peer peer = peer(seen.peer(), entry.name());
      if (peer != null) {
        peer.seen(entry.name(), membership);
      }
    } else if (event instanceof DiscoveryEvent.PeerGone gone) {
      Peer peer = peers.get(gone.peer());
      if (peer != null) {
        peer.gone(entry.name());
      }
    } else if (event instanceof DiscoveryEvent.Signalled signalled) {
      Peer peer = peer(signalled.peer(), entry.name());
      if (peer != null) {
        peer.signal(entry.name(), membership, signalled.signal());
      }
    }
    watchers.dirty();
  }

  private void report(String name, DiscoveryState state) {
    if (state instanceof DiscoveryState.Waiting waiting) {
      failures.add("Discovery " + name + ": " + waiting.why());
    } else if (state instanceof DiscoveryState.Refused refused) {
      failures.add("Discovery " + name + ": " + refused.why());
    } else {
      LOG.info("Discovery {}: {}", name, state);
    }
  }

  /** A discovery that is full of peers, true ones or not, leaves the others their room. */
  private @Nullable Peer peer(PeerId id, String discovery) {
    Self now = self;
    if (now == null || id.equals(now.id())) {
      return null;
    }
    Peer known = peers.get(id);
    if (known != null) {
      return known;
    }
    if (peers.size() >= settings.maxPeers()) {
      peers.values().removeIf(Peer::isForgettable);
    }
    if (peers.values().stream().filter(peer -> peer.isSeenIn(discovery)).count()
        >= settings.maxPeers()) {
      failures.add(
          "More than "
              + settings.maxPeers()
              + " devices are in the room; further ones are ignored. Raise maxPeers of"
              + " org.chroniclesync.core if they are all yours.");
      return null;
    }
    Peer made = new Peer(id, now, commons, transports, loop, watchers::dirty);
    peers.put(id, made);
    return made;
  }

  // --- Node and History -------------------------------------------------------------------------

  @Override
  public NodeStatus status() {
    List<DiscoveryStatus> discoveries =
        joined.values().stream()
            .map(entry -> new DiscoveryStatus(entry.name(), entry.state()))
            .sorted(Comparator.comparing(DiscoveryStatus::name))
            .toList();
    List<PeerStatus> list =
        peers.values().stream()
            .map(Peer::status)
            .sorted(Comparator.comparing(PeerStatus::peer))
            .toList();
    var store = stores.stateNow();
    Self now = self;
    return new NodeStatus(
        startedAt,
        now == null ? null : now.id(),
        store,
        stores.statuses(),
        stores.problem(),
        discoveries,
        list,
        failures.newestFirst());
  }

  @Override
  public void syncNow() {
    loop.post(() -> peers.values().forEach(Peer::retryNow));
  }

  @Override
  public Watch watch(Consumer<NodeStatus> listener) {
    return watchers.add(listener);
  }

  @Override
  public MergeResult merge(Batch batch) throws StorageException, InterruptedException {
    return stores.merge(batch);
  }

  @Override
  public <R> R borrow(Operation<R> operation) throws StorageException, InterruptedException {
    return stores.borrow(operation);
  }

  // --- The end ----------------------------------------------------------------------------------

  /** No new work, no growth of old work, wait, then let go. */
  @Deactivate
  void deactivate() throws InterruptedException {
    joined.values().forEach(Joined::end);
    joined.clear();
    loop.close(settings.drainTimeout());
    List<PeerSession> ending = new ArrayList<>();
    for (Peer peer : peers.values()) {
      ending.addAll(peer.stop());
    }
    for (PeerSession session : ending) {
      if (!session.join(settings.drainTimeout())) {
        LOG.warn("A session did not end within {}.", settings.drainTimeout());
      }
    }
    stores.close();
    watchers.close();
    watchLoop.close(settings.drainTimeout());
  }
}
