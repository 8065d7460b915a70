// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core;

import java.util.Comparator;
import java.util.concurrent.ConcurrentSkipListMap;
import org.chroniclesync.api.transport.Transport;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.ServiceReference;

/** The transports, best ranked first. Safe for any thread. */
final class Transports {
  private final ConcurrentSkipListMap<ServiceReference<?>, Named> ranked =
      new ConcurrentSkipListMap<>(Comparator.reverseOrder());

  /**
   * A transport and its name.
   *
   * @param name for the status
   * @param transport the service
   */
  record Named(String name, Transport transport) {}

  void add(ServiceReference<Transport> reference, Transport transport) {
    String name = String.valueOf(reference.getProperty(Transport.NAME_PROPERTY));
    ranked.put(reference, new Named(name, transport));
  }

  @Nullable Named remove(ServiceReference<Transport> reference) {
    return ranked.remove(reference);
  }

  @Nullable Named best() {
    var first = ranked.firstEntry();
    return first == null ? null : first.getValue();
  }
}
