// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.peer;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import org.chroniclesync.api.transport.Transport;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.ServiceReference;

/** The transports, best ranked first. Safe for any thread. */
public final class Transports {
  private final ConcurrentSkipListMap<ServiceReference<?>, Named> ranked =
      new ConcurrentSkipListMap<>(Comparator.reverseOrder());

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
    ranked.put(reference, new Named(name, legacy, transport));
  }

  public @Nullable Named remove(ServiceReference<Transport> reference) {
    return ranked.remove(reference);
  }

  /** Returns their names, best first. */
  public List<String> names() {
    return ranked.values().stream().map(Named::name).toList();
  }

  List<Named> bestFirst() {
    return List.copyOf(ranked.values());
  }
}
