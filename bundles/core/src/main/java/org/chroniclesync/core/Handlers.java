// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core;

import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.chroniclesync.api.message.MessageHandler;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.ServiceReference;

/** The message handlers by type, best ranked first. Safe for any thread. */
final class Handlers {
  private final Map<String, ConcurrentSkipListMap<ServiceReference<?>, MessageHandler>> byType =
      new ConcurrentHashMap<>();

  void add(ServiceReference<MessageHandler> reference, MessageHandler handler) {
    for (String type : types(reference)) {
      byType
          .computeIfAbsent(type, t -> new ConcurrentSkipListMap<>(Comparator.reverseOrder()))
          .put(reference, handler);
    }
  }

  void remove(ServiceReference<MessageHandler> reference) {
    byType.values().forEach(ranked -> ranked.remove(reference));
  }

  @Nullable MessageHandler find(String type) {
    var ranked = byType.get(type);
    var first = ranked == null ? null : ranked.firstEntry();
    return first == null ? null : first.getValue();
  }

  private static String[] types(ServiceReference<?> reference) {
    Object value = reference.getProperty(MessageHandler.TYPE_PROPERTY);
    if (value instanceof String type) {
      return new String[] {type};
    }
    return value instanceof String[] types ? types : new String[0];
  }
}
