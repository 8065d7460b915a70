// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.peer;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.chroniclesync.api.transport.Transport;
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
   * @param transport the service
   */
  public record Named(String name, boolean legacy, Transport transport) {}

  public void add(ServiceReference<Transport> reference, Transport transport) {
    String name = String.valueOf(reference.getProperty(Transport.NAME_PROPERTY));
    boolean legacy = Boolean.TRUE.equals(reference.getProperty(Transport.LEGACY_PROPERTY));
    Rank rank = Rank.of(reference);
    ranks.put(reference, rank);
    ranked.put(rank, new Named(name, legacy, transport));
  }

  public @Nullable Named remove(ServiceReference<Transport> reference) {
    Rank rank = ranks.remove(reference);
    return rank == null ? null : ranked.remove(rank);
  }

  /** Returns their names, best first. */
  public List<String> names() {
    return ranked.values().stream().map(Named::name).toList();
  }

  List<Named> bestFirst() {
    return List.copyOf(ranked.values());
  }
}
