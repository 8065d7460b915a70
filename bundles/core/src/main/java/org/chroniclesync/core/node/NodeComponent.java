// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import java.io.File;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.chroniclesync.api.crypto.Identity;
import org.chroniclesync.api.discovery.Discovery;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.message.MessageCodec;
import org.chroniclesync.api.message.MessageHandler;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.MergeResult;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.Deletions;
import org.chroniclesync.api.sync.EntryRule;
import org.chroniclesync.api.sync.History;
import org.chroniclesync.api.sync.KnownDevice;
import org.chroniclesync.api.sync.Node;
import org.chroniclesync.api.sync.NodeStatus;
import org.chroniclesync.api.sync.PartReporter;
import org.chroniclesync.api.sync.PeerAttempt;
import org.chroniclesync.api.sync.PeerView;
import org.chroniclesync.api.transport.Transport;
import org.chroniclesync.core.base.Config;
import org.chroniclesync.core.base.EventLoop;
import org.chroniclesync.core.base.FailureLog;
import org.chroniclesync.core.base.LeasedService;
import org.chroniclesync.core.base.Settings;
import org.chroniclesync.core.delete.DeletionDesk;
import org.chroniclesync.core.session.MessageHandlers;
import org.chroniclesync.core.session.NodeContext;
import org.chroniclesync.core.session.WindowReserve;
import org.chroniclesync.core.store.ArrivalRule;
import org.chroniclesync.core.store.Stores;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.bundle.Requirement;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.metatype.annotations.Designate;

/** A node: binds the services that come and go, and lends its face to the services that it is. */
@Component(
    service = {Node.class, History.class},
    configurationPid = "org.chroniclesync.core",
    immediate = true)
@Designate(ocd = Config.class)
// It runs without each of these, but to no purpose; so a resolver should bring them.
@Requirement(
    namespace = "osgi.service",
    filter = "(objectClass=org.chroniclesync.api.crypto.Identity)",
    effective = "active")
@Requirement(
    namespace = "osgi.service",
    filter = "(objectClass=org.chroniclesync.api.message.MessageCodec)",
    effective = "active")
@Requirement(
    namespace = "osgi.service",
    filter = "(objectClass=org.chroniclesync.api.message.MessageHandler)",
    effective = "active")
@Requirement(
    namespace = "osgi.implementation",
    name = "osgi.cm",
    version = "1.6",
    effective = "active")
// Without a backend nobody reads what goes wrong.
@Requirement(
    namespace = "osgi.service",
    filter = "(objectClass=org.osgi.service.log.LogService)",
    effective = "active")
public final class NodeComponent implements Node, History {
  private final BundleContext bundles;
  private final Settings settings;
  private final FailureLog failures;
  private final LeasedService<Identity> identities = new LeasedService<>();
  private final LeasedService<MessageCodec> codecs = new LeasedService<>();
  private final MessageHandlers handlers;
  private final EventLoop heartbeat;
  private final Stores stores;
  private final Rooms rooms;
  private final Health health;
  private final StartGrace grace;
  private final DeletionDesk deletions;
  private final NodeFace face;

  /**
   * Makes the node; what it works with is bound afterwards, and then it is started.
   *
   * @param config its configuration
   * @param bundles starts stores
   */
  @Activate
  public NodeComponent(Config config, BundleContext bundles) {
    this(config, bundles, Clock.systemUTC());
  }

  /** With a clock of its own, which may be wrong. */
  NodeComponent(Config config, BundleContext bundles, Clock clock) {
    this.bundles = bundles;
    failures = new FailureLog(clock);
    handlers = new MessageHandlers(failures);
    Watchers watchers = new Watchers(failures);
    heartbeat = new EventLoop("chroniclesync-heartbeat", failures);
    settings = Settings.of(config);
    stores = new Stores(new ArrivalRule(clock), failures, settings);
    stores.follow(watchers::dirty);
    NodeContext context =
        new NodeContext(
            identities,
            codecs,
            handlers,
            stores,
            settings,
            failures,
            heartbeat,
            new WindowReserve(),
            clock);
    rooms = new Rooms(context, watchers::dirty);
    grace = new StartGrace(settings.startGrace(), System::nanoTime);
    health =
        new Health(
            new OwnParts(context, rooms), settings, grace, watchers::dirty, this::isStopping);
    ClockWatch clockWatch = new ClockWatch(clock, System::nanoTime);
    health.add(clockWatch, "clock", () -> clockWatch);
    health.add(MessageHandlers.class, "message handlers", () -> handlers);
    health.add(Rankings.class, "rankings", () -> new Rankings(bundles));
    deletions =
        new DeletionDesk(
            stores, rooms::devices, clock, failures, settings.undoTime(), undoFolder());
    face = new NodeFace(clock.instant(), rooms, stores, failures, watchers, health, deletions);
  }

  private @Nullable Path undoFolder() {
    if (settings.undoFolder() != null) {
      return settings.undoFolder();
    }
    File own = bundles.getDataFile("");
    return own == null ? null : own.toPath();
  }

  /**
   * Starts what runs until the end. Not before everything is bound: the component runtime drops a
   * node whose configuration changes meanwhile, and such a one is unbound, but never deactivated.
   */
  @Activate
  void start() {
    stores.start();
    face.start();
    rooms.start();
    bundles.addBundleListener(grace);
    health.start();
  }

  private boolean isStopping() {
    Bundle framework = bundles.getBundle(Constants.SYSTEM_BUNDLE_ID);
    return framework != null && framework.getState() == Bundle.STOPPING;
  }

  // --- What comes and goes ----------------------------------------------------------------------

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindIdentity(Identity identity, ServiceReference<Identity> reference) {
    identities.add(reference, identity);
    identities.lendBest();
    rooms.identityChanged();
  }

  void unbindIdentity(ServiceReference<Identity> reference) {
    if (!identities.remove(reference, settings.drainTimeout())) {
      failures.add("An identity left before it was done with a frame or a signal.");
    }
    rooms.identityChanged();
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindStore(ServiceReference<HistoryStore> reference) {
    // Not by the component runtime, which would not ask again for one that does not start.
    stores.bind(reference, () -> bundles.getService(reference));
  }

  void unbindStore(ServiceReference<HistoryStore> reference) {
    stores.unbind(reference);
    bundles.ungetService(reference);
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
    if (!codecs.remove(reference, settings.drainTimeout())) {
      failures.add("A codec left before it was done with a message.");
    }
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindHandler(ServiceReference<MessageHandler> reference) {
    // Not by the component runtime: a handler may itself need the history.
    handlers.add(reference, () -> bundles.getService(reference));
  }

  void unbindHandler(ServiceReference<MessageHandler> reference) {
    if (!handlers.remove(reference, settings.drainTimeout())) {
      failures.add("A message handler left before it was done with a message.");
    }
    bundles.ungetService(reference);
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindTransport(ServiceReference<Transport> reference) {
    // Not by the component runtime: a transport may itself need the history.
    rooms.addTransport(reference, () -> bundles.getService(reference));
  }

  void unbindTransport(ServiceReference<Transport> reference) {
    rooms.removeTransport(reference);
    bundles.ungetService(reference);
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindDiscovery(Discovery discovery, ServiceReference<Discovery> reference) {
    rooms.addDiscovery(reference, discovery);
  }

  void unbindDiscovery(ServiceReference<Discovery> reference) {
    rooms.removeDiscovery(reference);
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindRule(ServiceReference<EntryRule> reference) {
    // Not by the component runtime: a rule may itself need the history.
    stores.rules().add(reference, () -> bundles.getService(reference));
  }

  void unbindRule(ServiceReference<EntryRule> reference) {
    stores.rules().remove(reference);
    bundles.ungetService(reference);
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindReporter(ServiceReference<PartReporter> reference) {
    // Not by the component runtime: a reporter may itself need the history, which is this
    // component.
    health.add(reference, name(reference), () -> bundles.getService(reference));
  }

  private static String name(ServiceReference<?> reference) {
    Object component = reference.getProperty("component.name");
    return component == null
        ? "service " + reference.getProperty(Constants.SERVICE_ID)
        : component.toString();
  }

  void unbindReporter(ServiceReference<PartReporter> reference) {
    health.remove(reference);
    bundles.ungetService(reference);
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindRuntime(
      ServiceComponentRuntime runtime, ServiceReference<ServiceComponentRuntime> reference) {
    Components components = new Components(runtime);
    health.add(reference, "components", () -> components);
  }

  void unbindRuntime(ServiceReference<ServiceComponentRuntime> reference) {
    health.remove(reference);
  }

  // --- Node and History -------------------------------------------------------------------------

  @Override
  public NodeStatus status() {
    return face.status();
  }

  @Override
  public List<KnownDevice> devices() {
    return face.devices();
  }

  @Override
  public boolean forget(PeerId device) {
    return face.forget(device);
  }

  @Override
  public List<PeerAttempt> attempts(PeerId peer) {
    return face.attempts(peer);
  }

  @Override
  public PeerView view(PeerId peer) throws InterruptedException {
    return face.view(peer);
  }

  @Override
  public void syncNow() {
    face.syncNow();
  }

  @Override
  public Watch watch(Consumer<NodeStatus> listener) {
    return face.watch(listener);
  }

  @Override
  public MergeResult merge(Batch batch) throws StorageException, InterruptedException {
    return face.merge(batch);
  }

  @Override
  public <R> R borrow(Operation<R> operation) throws StorageException, InterruptedException {
    return face.borrow(operation);
  }

  @Override
  public Deletions deletions() {
    return face.deletions();
  }

  @Override
  public Watch watch(Watcher watcher) {
    return face.watch(watcher);
  }

  // --- The end ----------------------------------------------------------------------------------

  /**
   * No new work, no growth of old work, wait, then let go. An interrupt shortens the waiting, and
   * everything is closed all the same.
   */
  @Deactivate
  void deactivate() {
    Duration patience = settings.drainTimeout();
    boolean interrupted = false;
    for (Closing step :
        List.<Closing>of(
            () -> bundles.removeBundleListener(grace),
            () -> health.close(patience),
            rooms::close,
            () -> deletions.close(patience),
            () -> heartbeat.close(patience),
            stores::close,
            handlers::close,
            codecs::close,
            identities::close,
            () -> face.close(patience))) {
      try {
        step.close();
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (RuntimeException | Error e) {
        // What comes after it is to be closed all the same.
        failures.add("The node could not be closed altogether: " + e, e);
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private interface Closing {
    void close() throws InterruptedException;
  }
}
