// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import java.io.File;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.chroniclesync.api.crypto.AccountId;
import org.chroniclesync.api.crypto.EnvelopeException;
import org.chroniclesync.api.crypto.Envelopes;
import org.chroniclesync.api.crypto.Identity;
import org.chroniclesync.api.crypto.Sessions;
import org.chroniclesync.api.crypto.SignalSeals;
import org.chroniclesync.api.crypto.Tags;
import org.chroniclesync.api.discovery.Credentials;
import org.chroniclesync.api.discovery.Discovery;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.chroniclesync.api.message.MessageCodec;
import org.chroniclesync.api.message.MessageHandler;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.EntryRule;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.api.sync.PartReporter;
import org.chroniclesync.api.sync.PeerState;
import org.chroniclesync.api.sync.PeerStatus;
import org.chroniclesync.api.transport.Transport;
import org.chroniclesync.core.References;
import org.chroniclesync.core.base.Config;
import org.chroniclesync.handler.standard.DeviceHandler;
import org.chroniclesync.handler.standard.HistoryHandler;
import org.chroniclesync.handler.standard.PingHandler;
import org.chroniclesync.handler.standard.PongHandler;
import org.chroniclesync.handler.standard.ReconcileHandler;
import org.chroniclesync.handler.standard.SyncRequestHandler;
import org.chroniclesync.handler.standard.SyncResponseHandler;
import org.chroniclesync.message.JacksonMessageCodec;
import org.chroniclesync.testkits.network.MemoryDiscovery;
import org.chroniclesync.testkits.network.MemoryNetwork;
import org.chroniclesync.testkits.network.MemoryTransport;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/** A node in a {@link MemoryNetwork}, put together by hand: the real engine, codec and handlers. */
final class Fixture {
  static final int LEAST_WINDOW_BYTES = 65_536;
  private static final int WINDOW_BYTES = 1 << 20;

  final PeerId id;
  final NodeComponent node;
  final MessageHandler history = new HistoryHandler();
  private final IdentityHashMap<Object, ServiceReference<?>> bound = new IdentityHashMap<>();
  private final Services services;
  private HistoryStore store;
  private Identity identity;

  Fixture(MemoryNetwork network, String name, String secret, HistoryStore store) {
    this(network, name, secret, store, network.transport());
  }

  /** The transports, the best last. */
  Fixture(
      MemoryNetwork network,
      String name,
      String secret,
      HistoryStore store,
      Transport... transports) {
    this(
        network,
        name,
        secret,
        store,
        new Services(null),
        config(WINDOW_BYTES),
        Clock.systemUTC(),
        transports);
  }

  /** With a clock that may be wrong, and so narrow a window that records go one by one. */
  Fixture(MemoryNetwork network, String name, HistoryStore store, Clock clock) {
    this(
        network,
        name,
        "secret",
        store,
        new Services(null),
        config(LEAST_WINDOW_BYTES),
        clock,
        network.transport());
  }

  /** With settings of its own. */
  Fixture(
      MemoryNetwork network,
      String name,
      HistoryStore store,
      Clock clock,
      Map<String, Object> settings) {
    this(
        network,
        name,
        "secret",
        store,
        new Services(null),
        config(settings),
        clock,
        network.transport());
  }

  /** With a folder for what it keeps beside the history. */
  Fixture(MemoryNetwork network, String name, HistoryStore store, Clock clock, File data) {
    this(
        network,
        name,
        "secret",
        store,
        new Services(data),
        config(WINDOW_BYTES),
        clock,
        network.transport());
  }

  private Fixture(
      MemoryNetwork network,
      String name,
      String secret,
      HistoryStore store,
      Services services,
      Config config,
      Clock clock,
      Transport... transports) {
    this.id = PeerId.ofNode(name);
    this.store = store;
    this.services = services;
    this.node = new NodeComponent(config, services.context(), clock);
    this.identity = new Named(id, "A", secret);
    add(identity);
    addCodec(new JacksonMessageCodec());
    add(store);
    add("ping", new PingHandler());
    add("pong", new PongHandler());
    add("device", new DeviceHandler());
    add("history", history);
    add("sync-request", new SyncRequestHandler());
    add("sync-response", new SyncResponseHandler());
    add("reconcile", new ReconcileHandler());
    for (Transport transport : transports) {
      add(transport);
    }
    add(network.discovery(), MemoryNetwork.NAME);
  }

  Fixture start() {
    node.start();
    return this;
  }

  /** As SCR does it to a node that it drops before it starts: it is unbound, and no more. */
  void drop() {
    List.copyOf(bound.keySet()).forEach(this::unbind);
  }

  private void unbind(Object service) {
    if (service instanceof Discovery of) {
      remove(of);
    } else if (service instanceof Identity of) {
      remove(of);
    } else if (service instanceof HistoryStore of) {
      remove(of);
    } else if (service instanceof Transport of) {
      remove(of);
    } else if (service instanceof MessageCodec of) {
      removeCodec(of);
    } else if (service instanceof MessageHandler of) {
      remove(of);
    }
  }

  /** As SCR does it: the new one comes before the old one goes. */
  void swap(HistoryStore next) {
    add(next);
    remove(store);
    store = next;
  }

  /** Becomes somebody else, or takes the word of another for being the same. */
  void swap(Identity next) {
    add(next);
    remove(identity);
    identity = next;
  }

  Identity identity() {
    return identity;
  }

  Identity named(String account, String secret) {
    return new Named(id, account, secret);
  }

  /** Another device of the account that nodes have here. */
  static Identity identity(PeerId peer, String secret) {
    return new Named(peer, "A", secret);
  }

  /** Without anybody who could seal for a while. */
  void withoutIdentity(Runnable meanwhile) {
    Identity before = identity;
    remove(before);
    meanwhile.run();
    add(before);
  }

  void add(Identity added) {
    node.bindIdentity(added, remember(added, Map.of()));
  }

  void remove(Identity removed) {
    node.unbindIdentity(forget(removed));
  }

  void add(HistoryStore added) {
    addStarting(added, () -> added);
  }

  /** A store that starts only if the supplier says so, by giving it out. */
  void addStarting(HistoryStore added, Supplier<? extends @Nullable HistoryStore> start) {
    ServiceReference<HistoryStore> reference =
        remember(added, Map.of(HistoryStore.TYPE_PROPERTY, "memory"));
    services.put(reference, start);
    node.bindStore(reference);
  }

  /** A store that forgets at its end. */
  void addVolatile(HistoryStore added) {
    ServiceReference<HistoryStore> reference =
        remember(
            added,
            Map.of(HistoryStore.TYPE_PROPERTY, "volatile", HistoryStore.DURABLE_PROPERTY, false));
    services.put(reference, () -> added);
    node.bindStore(reference);
  }

  /** Without any store for a while. */
  HistoryStore takeStore() {
    remove(store);
    return store;
  }

  void remove(HistoryStore removed) {
    node.unbindStore(forget(removed));
  }

  void add(Discovery added, String name) {
    add(added, name, false);
  }

  void add(Discovery added, String name, boolean nodesOnly) {
    long number = bound.size();
    node.bindDiscovery(
        added,
        remember(
            added,
            Map.of(
                Discovery.NAME_PROPERTY,
                name,
                Discovery.NODES_ONLY_PROPERTY,
                nodesOnly,
                "service.id",
                number)));
  }

  /** One for which others stand in. */
  void add(Discovery added, String name, Object priority) {
    node.bindDiscovery(
        added,
        remember(
            added,
            Map.of(
                Discovery.NAME_PROPERTY,
                name,
                Discovery.NODES_ONLY_PROPERTY,
                true,
                Discovery.PRIORITY_PROPERTY,
                priority)));
  }

  void remove(Discovery removed) {
    node.unbindDiscovery(forget(removed));
  }

  /** The discovery that it was made with. */
  MemoryDiscovery discovery() {
    return made(MemoryDiscovery.class);
  }

  void add(Transport added) {
    add(added, () -> added);
  }

  /** One that is not there before it is given out. */
  void add(Transport added, Supplier<@Nullable Transport> activation) {
    ServiceReference<Transport> reference =
        remember(
            added,
            Map.of(Transport.NAME_PROPERTY, added.toString(), Transport.LEGACY_PROPERTY, true));
    services.put(reference, activation);
    node.bindTransport(reference);
  }

  void remove(Transport removed) {
    node.unbindTransport(forget(removed));
  }

  void addCodec(MessageCodec codec) {
    node.bindCodec(codec, remember(codec, Map.of()));
  }

  void removeCodec(MessageCodec codec) {
    node.unbindCodec(forget(codec));
  }

  void add(String type, MessageHandler handler) {
    add(type, handler, () -> handler);
  }

  /** One that is not there before it is given out. */
  void add(String type, MessageHandler handler, Supplier<@Nullable MessageHandler> activation) {
    ServiceReference<MessageHandler> reference =
        remember(
            handler,
            Map.of(
                MessageHandler.TYPE_PROPERTY,
                type,
                "component.name",
                handler.getClass().getName()));
    services.put(reference, activation);
    node.bindHandler(reference);
  }

  /** The best of them. */
  void removeHandlerOf(String type) {
    remove(
        bound.entrySet().stream()
            .filter(of -> type.equals(of.getValue().getProperty(MessageHandler.TYPE_PROPERTY)))
            .max(Comparator.comparing(of -> of.getValue().hashCode()))
            .map(of -> (MessageHandler) of.getKey())
            .orElseThrow());
  }

  MessageCodec codec() {
    return made(JacksonMessageCodec.class);
  }

  void add(PartReporter reporter) {
    add(reporter, Map.of(), () -> reporter);
  }

  /** One that is not there before it is given out. */
  void add(
      PartReporter reporter, Map<String, Object> properties, Supplier<PartReporter> activation) {
    ServiceReference<PartReporter> reference = remember(reporter, properties);
    services.put(reference, activation);
    node.bindReporter(reference);
  }

  void add(EntryRule rule) {
    ServiceReference<EntryRule> reference = remember(rule, Map.of());
    services.put(reference, () -> rule);
    node.bindRule(reference);
  }

  void remove(PartReporter reporter) {
    node.unbindReporter(forget(reporter));
  }

  /** The transport that it was made with. */
  MemoryTransport transport() {
    return made(MemoryTransport.class);
  }

  private <T> T made(Class<T> kind) {
    return bound.keySet().stream()
        .filter(kind::isInstance)
        .map(kind::cast)
        .findFirst()
        .orElseThrow();
  }

  void remove(MessageHandler handler) {
    node.unbindHandler(forget(handler));
  }

  private <T> ServiceReference<T> remember(T service, Map<String, Object> properties) {
    ServiceReference<T> reference = References.best(properties);
    bound.put(service, reference);
    return reference;
  }

  @SuppressWarnings("unchecked")
  private <T> ServiceReference<T> forget(T service) {
    return (ServiceReference<T>) bound.remove(service);
  }

  /** Whether the history is in that store now; the node itself sees it behind a guard only. */
  boolean uses(HistoryStore wanted) throws StorageException, InterruptedException {
    return node.borrow(HistoryStore::state).feed().equals(wanted.state().feed());
  }

  /** Returns all causes and remedies of parts that are not well. */
  String troubles() {
    return node.status().troubles().stream()
        .map(part -> (Part.Trouble) part.state())
        .map(trouble -> trouble.cause() + " " + trouble.remedy())
        .collect(Collectors.joining("\n"));
  }

  PeerState stateOf(Fixture other) {
    return status(other).state();
  }

  boolean isInSyncWith(Fixture other) {
    return knows(other) && stateOf(other) instanceof PeerState.InSync;
  }

  boolean knows(Fixture other) {
    return node.status().peers().stream().anyMatch(peer -> peer.peer().equals(other.id));
  }

  PeerStatus status(Fixture other) {
    return node.status().peers().stream()
        .filter(peer -> peer.peer().equals(other.id))
        .findFirst()
        .orElseThrow(() -> new AssertionError(id + " does not know " + other.id));
  }

  void close() throws InterruptedException {
    node.deactivate();
  }

  /** How many threads are there whose names begin so. */
  static long threads(String prefix) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith(prefix))
        .count();
  }

  private static Config config(int windowBytes) {
    return config(Map.of("windowBytes", windowBytes));
  }

  private static Config config(Map<String, Object> settings) {
    Map<String, Object> all =
        new HashMap<>(
            Map.of(
                "healthPeriodMillis", 100L,
                "startGraceMillis", 0L,
                "offerGraceMillis", 200L,
                "retryBaseMillis", 5L,
                "retryMaxMillis", 50L,
                "pingIntervalMillis", 1_000L,
                "silenceMillis", 10_000L,
                "windowBytes", WINDOW_BYTES));
    all.putAll(settings);
    return (Config)
        Proxy.newProxyInstance(
            Config.class.getClassLoader(),
            new Class<?>[] {Config.class},
            (proxy, method, args) -> all.getOrDefault(method.getName(), method.getDefaultValue()));
  }

  /** What a framework does when it is asked for a service: it starts it. */
  private static final class Services {
    private final @Nullable File data;

    Services(@Nullable File data) {
      this.data = data;
    }

    private final Map<Object, Supplier<? extends @Nullable Object>> starts =
        new ConcurrentHashMap<>();

    void put(ServiceReference<?> reference, Supplier<? extends @Nullable Object> start) {
      starts.put(reference, start);
    }

    BundleContext context() {
      return (BundleContext)
          Proxy.newProxyInstance(
              BundleContext.class.getClassLoader(),
              new Class<?>[] {BundleContext.class},
              (proxy, method, args) ->
                  switch (method.getName()) {
                    case "getService" -> starts.getOrDefault(args[0], () -> null).get();
                    case "getBundle", "addBundleListener", "removeBundleListener" -> null;
                    case "getDataFile" -> data;
                    case "getServiceReferences" -> List.of();
                    case "ungetService" -> starts.remove(args[0]) != null;
                    default -> throw new UnsupportedOperationException(method.getName());
                  });
    }
  }

  /** Frames in the clear behind the secret: what is sealed is the crypto bundle's to test. */
  private record Named(PeerId self, String letter, String secret) implements Identity, Envelopes {
    @Override
    public AccountId account() {
      return new AccountId(letter.repeat(43));
    }

    @Override
    public RoomId nodeRoom() {
      return new RoomId(RoomId.NODE_PREFIX + letter.repeat(43));
    }

    @Override
    public Credentials credentials() {
      return TestDevice.of(self);
    }

    @Override
    public boolean isSignedBy(PeerId peer, byte[] key, byte[] statement, byte[] signature) {
      return TestDevice.isSignedBy(peer, key, statement, signature);
    }

    @Override
    public Envelopes envelopes() {
      return this;
    }

    @Override
    public Sessions sessions() {
      return new PlainSessions(secret);
    }

    @Override
    public SignalSeals signals() {
      return new PlainSessions(secret);
    }

    @Override
    public Tags tags() {
      throw new UnsupportedOperationException("nothing is named here");
    }

    @Override
    public String seal(byte[] plaintext) {
      return secret + new String(plaintext, StandardCharsets.UTF_8);
    }

    @Override
    public byte[] open(String frame) throws EnvelopeException {
      if (!frame.startsWith(secret)) {
        throw new EnvelopeException(
            EnvelopeException.Reason.NOT_AUTHENTIC, "The tag does not fit.", null);
      }
      return frame.substring(secret.length()).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public int maxPlaintextBytes(int maxFrameBytes) {
      return maxFrameBytes / 2 - 64;
    }
  }
}
