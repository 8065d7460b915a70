// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.chroniclesync.api.message.MessageHandler;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.ServiceReference;

/** The message handlers by type, the best ranked of each on loan. Safe for any thread. */
final class Handlers {
  private final Map<String, Slot<MessageHandler>> byType = new ConcurrentHashMap<>();

  void add(ServiceReference<MessageHandler> reference, MessageHandler handler) {
    for (String type : types(reference)) {
      Slot<MessageHandler> slot = byType.computeIfAbsent(type, t -> new Slot<>());
      slot.add(reference, handler);
      slot.lendBest();
    }
  }

  /** Returns false if a message was still being handled at the deadline. */
  boolean remove(ServiceReference<MessageHandler> reference, Duration patience) {
    boolean drained = true;
    for (String type : types(reference)) {
      Slot<MessageHandler> slot = byType.get(type);
      drained &= slot == null || slot.remove(reference, patience);
    }
    return drained;
  }

  /**
   * Lends the handler of a type. A type that had a handler is waited for: it is being replaced, and
   * what a client of version 1 sends is sent once only.
   */
  Slot.@Nullable Lease<MessageHandler> lease(String type, Duration patience)
      throws InterruptedException {
    Slot<MessageHandler> slot = byType.get(type);
    return slot == null ? null : slot.lease(patience);
  }

  private static String[] types(ServiceReference<?> reference) {
    Object value = reference.getProperty(MessageHandler.TYPE_PROPERTY);
    if (value instanceof String type) {
      return new String[] {type};
    }
    return value instanceof String[] types ? types : new String[0];
  }
}
