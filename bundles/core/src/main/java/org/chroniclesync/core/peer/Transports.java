// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.peer;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;
import org.chroniclesync.api.transport.Transport;
import org.chroniclesync.core.base.Guard;
import org.chroniclesync.core.base.Late;
import org.chroniclesync.core.base.Rank;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.ServiceReference;

/** The transports, best ranked first. Safe for any thread. */
public final class Transports {
  private final ConcurrentSkipListMap<Rank, Named> ranked =
      new ConcurrentSkipListMap<>(Comparator.reverseOrder());

  /** By what each was added, as its registration may say something else by the time it leaves. */
  private final Map<ServiceReference<?>, Rank> ranks = new ConcurrentHashMap<>();

  /**
   * A transport and what its registration says of it.
   *
   * @param name for the status
   * @param legacy whether clients of version 1 speak it
   * @param service the service, which may itself need the node
   */
  public record Named(String name, boolean legacy, Late<Transport> service) {
    /**
     * Returns the service, which is made if it was not yet.
     *
     * @throws IllegalStateException if it cannot be made
     */
    Transport transport() {
      Transport made = service.get();
      if (made == null) {
        throw new IllegalStateException("it could not be made; the log has the cause");
      }
      return made;
    }
  }

  /** Adds one that is made when it is needed first, or {@link #make made} before. */
  public void add(
      ServiceReference<Transport> reference, Supplier<? extends @Nullable Transport> maker) {
    String name = String.valueOf(reference.getProperty(Transport.NAME_PROPERTY));
    boolean legacy = Boolean.TRUE.equals(reference.getProperty(Transport.LEGACY_PROPERTY));
    Rank rank = Rank.of(reference);
    ranks.put(reference, rank);
    ranked.put(rank, new Named(name, legacy, new Late<>(maker)));
  }

  public @Nullable Named remove(ServiceReference<Transport> reference) {
    Rank rank = ranks.remove(reference);
    return rank == null ? null : ranked.remove(rank);
  }

  /**
   * Makes one; nobody is offered one that cannot be made. May take as long as the transport does.
   */
  public void make(Named named, Guard guard) {
    if (!guard.run("The transport " + named.name(), named::transport)) {
      ranked.values().remove(named);
    }
  }

  /** Returns those that are made or may be, best first. */
  public List<Named> bestFirst() {
    return List.copyOf(ranked.values());
  }
}
