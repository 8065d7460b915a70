// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.store;

import java.time.Duration;
import java.util.function.Supplier;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.api.sync.StorageStatus;
import org.chroniclesync.core.base.FailureLog;
import org.chroniclesync.core.base.Troubles;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.ServiceReference;

/**
 * A store that is about to start. The component runtime activates it when somebody asks for the
 * service, and hands out nothing if that fails; asked again, it tries again. So a store whose cause
 * of failure is gone, such as a lock or a full disk, starts without anybody's help.
 */
final class StoreStart {
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration MAX_RETRY = Duration.ofMinutes(1);

  private final ServiceReference<?> reference;
  private final Supplier<? extends @Nullable HistoryStore> service;
  private final FailureLog failures;
  private Duration pause = RETRY;
  private volatile boolean failed;

  StoreStart(
      ServiceReference<?> reference,
      Supplier<? extends @Nullable HistoryStore> service,
      FailureLog failures) {
    this.reference = reference;
    this.service = service;
    this.failures = failures;
  }

  ServiceReference<?> reference() {
    return reference;
  }

  /** Returns the store, or null if it did not start. */
  @Nullable BoundStore attempt() {
    HistoryStore started = null;
    Throwable cause = null;
    try {
      started = service.get();
    } catch (RuntimeException | Error e) {
      cause = e;
    }
    if (started == null) {
      failed = true;
      failures.add(why(), cause);
      return null;
    }
    return new BoundStore(reference, started, failures);
  }

  /** Returns how long to wait before the next attempt. */
  Duration nextPause() {
    Duration now = pause;
    Duration twice = now.multipliedBy(2);
    pause = twice.compareTo(MAX_RETRY) < 0 ? twice : MAX_RETRY;
    return now;
  }

  String why() {
    return "The storage "
        + BoundStore.type(reference)
        + " does not start. Once the cause is mended, which the log tells, it starts by itself within"
        + " a minute.";
  }

  StorageStatus status() {
    return new StorageStatus(
        BoundStore.type(reference),
        BoundStore.durable(reference),
        failed ? new StorageStatus.Role.PassedOver() : new StorageStatus.Role.Starting());
  }

  Part part() {
    return new Part(
        "storage",
        BoundStore.type(reference),
        failed ? Troubles.failed(why(), "") : new Part.Starting());
  }
}
