// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.chroniclesync.api.message.MessageHandler;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.api.sync.PartReporter;
import org.chroniclesync.core.base.FailureLog;
import org.chroniclesync.core.base.LeasedService;
import org.chroniclesync.core.base.LeasedService.Lease;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.ServiceReference;

/** The message handlers by type, the best ranked of each on loan. Safe for any thread. */
public final class MessageHandlers implements PartReporter, AutoCloseable {
  /** The kind of part that a handler is. */
  public static final String PART = "handler";

  private final Map<String, LeasedService<LateHandler>> byType = new ConcurrentHashMap<>();
  private final List<Runnable> followers = new CopyOnWriteArrayList<>();
  private final FailureLog failures;

  /**
   * Makes it without any.
   *
   * @param failures is told of handlers that cannot be made
   */
  public MessageHandlers(FailureLog failures) {
    this.failures = failures;
  }

  /**
   * Adds a handler for the types that its registration names. It is made when it is asked how it
   * does, or when a session needs it.
   *
   * @param maker returns null while it cannot be made
   */
  public void add(
      ServiceReference<MessageHandler> reference,
      Supplier<? extends @Nullable MessageHandler> maker) {
    LateHandler handler = new LateHandler(reference, maker, failures);
    for (String type : types(reference)) {
      LeasedService<LateHandler> leased = byType.computeIfAbsent(type, t -> new LeasedService<>());
      leased.add(reference, handler);
      leased.lendBest();
    }
    followers.forEach(Runnable::run);
  }

  /** Returns false if a message was still being handled at the deadline. */
  public boolean remove(ServiceReference<MessageHandler> reference, Duration patience) {
    boolean drained = true;
    for (String type : types(reference)) {
      LeasedService<LateHandler> leased = byType.get(type);
      drained &= leased == null || leased.remove(reference, patience);
    }
    followers.forEach(Runnable::run);
    return drained;
  }

  /**
   * Lends the handler of a type. A type whose handler has just left is waited for: it is being
   * replaced, and what a client of version 1 sends is sent once only.
   */
  @Nullable Lease<LateHandler> lease(String type, Duration patience) throws InterruptedException {
    LeasedService<LateHandler> leased = byType.get(type);
    Lease<LateHandler> lease = leased == null ? null : leased.lease(patience);
    return lease == null ? null : ifMade(lease);
  }

  private static @Nullable Lease<LateHandler> ifMade(Lease<LateHandler> lease) {
    if (lease.service().isMade()) {
      return lease;
    }
    lease.close();
    return null;
  }

  /** Lends each handler that is in use for any type, once. */
  List<Lease<LateHandler>> inUse() {
    List<Lease<LateHandler>> leases = new ArrayList<>();
    for (LeasedService<LateHandler> leased : byType.values()) {
      Lease<LateHandler> lease = leased.leaseNow();
      if (lease != null) {
        if (!lease.service().isMade()
            || leases.stream().anyMatch(other -> other.service() == lease.service())) {
          lease.close();
        } else {
          leases.add(lease);
        }
      }
    }
    return leases;
  }

  /** Lends a handler while it is here, in use or not, or nothing if it has left. */
  @Nullable Lease<LateHandler> lease(LateHandler handler) {
    for (LeasedService<LateHandler> leased : byType.values()) {
      Lease<LateHandler> lease = leased.leaseAside(handler);
      if (lease != null) {
        return lease;
      }
    }
    return null;
  }

  /** Tells whether a handler is here, in use or not. */
  boolean has(LateHandler handler) {
    return byType.values().stream()
        .anyMatch(leased -> leased.all().stream().anyMatch(other -> other == handler));
  }

  /** Tells whether somebody handles a type now. */
  boolean handles(String type) {
    LeasedService<LateHandler> leased = byType.get(type);
    return leased != null && !leased.all().isEmpty();
  }

  /** Returns the types that somebody handles. */
  public SortedSet<String> types() {
    SortedSet<String> types = new TreeSet<>();
    byType.forEach(
        (type, leased) -> {
          if (!leased.all().isEmpty()) {
            types.add(type);
          }
        });
    return types;
  }

  /** Returns those that cannot be made, by their types. Makes those that are not made yet. */
  @Override
  public List<Part> parts() {
    List<Part> parts = new ArrayList<>();
    byType.forEach(
        (type, leased) ->
            leased.all().stream()
                .filter(handler -> !handler.isMade())
                .forEach(handler -> parts.add(new Part(PART, type, handler.failed()))));
    return parts;
  }

  /** Calls a task when another handler is in use; it must not block. */
  void follow(Runnable follower) {
    followers.add(follower);
  }

  void unfollow(Runnable follower) {
    followers.remove(follower);
  }

  /** Lends nothing any more. */
  @Override
  public void close() {
    byType.values().forEach(LeasedService::close);
  }

  static String[] types(ServiceReference<?> reference) {
    Object value = reference.getProperty(MessageHandler.TYPE_PROPERTY);
    if (value instanceof String type) {
      return new String[] {type};
    }
    return value instanceof String[] types ? types : new String[0];
  }
}
