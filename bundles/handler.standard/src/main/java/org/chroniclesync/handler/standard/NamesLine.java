// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.handler.standard;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.DeviceName;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.Session;
import org.chroniclesync.api.support.SerialExecutor;
import org.chroniclesync.api.transport.ChannelClosedException;

/**
 * Tells one peer what changed. It has a thread of its own while there is something to tell, so that
 * a slow peer holds up nobody else. What changes twice meanwhile is told once.
 */
final class NamesLine {
  private static final Duration PATIENCE = Duration.ofMillis(1);

  private final Session session;
  private final SerialExecutor executor = new SerialExecutor("chroniclesync-names", failure -> {});
  private final Map<DeviceId, DeviceName> waiting = new LinkedHashMap<>();

  NamesLine(Session session) {
    this.session = session;
  }

  /** Does not block. */
  void tell(Collection<DeviceName> names) {
    synchronized (waiting) {
      names.forEach(one -> waiting.put(one.device(), one));
    }
    executor.execute(this::flush);
  }

  private void flush() {
    List<DeviceName> due;
    synchronized (waiting) {
      due = List.copyOf(waiting.values());
      waiting.clear();
    }
    if (due.isEmpty()) {
      return;
    }
    try {
      session.send(new Payload.DeviceNames(due, false));
    } catch (ChannelClosedException e) {
      // The next session begins with all names.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The session has ended, so nothing waits for its peer any more. */
  void close() {
    executor.close(() -> {}, PATIENCE);
  }
}
