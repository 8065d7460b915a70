// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.chroniclesync.api.sync.StorageStatus;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

/**
 * One part takes the place of another: it is started, a storage is filled from the one in use, and
 * only then the other one stops. Where that does not come about, both go on. For one thread.
 */
final class Swap {
  /** Of these a node can use several, so the next one is there before the other goes. */
  private static final Set<String> KINDS = Set.of("storage", "transport");

  private static final String STORAGE = "storage";
  private static final Duration LOOK = Duration.ofMillis(200);

  /** How long nothing may happen. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Services services;
  private final Part before;
  private final Part after;
  private final String kind;

  /** A bundle, and what it fills now. */
  interface Part {
    /** Its name. */
    String name();

    Bundle bundle();

    /** The seams that it fills at this moment. */
    Set<String> fills();

    /** The types of the storages that it offers at this moment. */
    Set<String> storageTypes();
  }

  private Swap(Services services, Part before, Part after, String kind) {
    this.services = services;
    this.before = before;
    this.after = after;
    this.kind = kind;
  }

  /**
   * Prepares one.
   *
   * @param of what the first one is there for
   * @param other what the second one is there for
   */
  static Swap of(Services services, Part before, Set<String> of, Part after, Set<String> other) {
    Set<String> both = new TreeSet<>(of);
    both.retainAll(other);
    both.retainAll(KINDS);
    if (both.isEmpty() || before.name().equals(after.name())) {
      throw Problem.conflict(
          Code.NOT_SWAPPABLE,
          "These two do not do the same.",
          "Choose two storages, or two transports.");
    }
    return new Swap(services, before, after, both.iterator().next());
  }

  Works.Result run(Works.Listener progress) throws BundleException, InterruptedException {
    after.bundle().start();
    Standing last = standing();
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (!last.ready()) {
      if (System.nanoTime() - until > 0) {
        throw new IllegalStateException(after.name() + last.why());
      }
      TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
      Standing now = standing();
      if (!now.equals(last)) {
        until = System.nanoTime() + PATIENCE.toNanos();
        progress.progress(new Works.Progress(after.name() + now.why(), 0, 0, 0));
      }
      last = now;
    }
    before.bundle().stop();
    return new Works.Result(
        "%s does the work of %s now.".formatted(after.name(), before.name()),
        Json.object().put("kind", kind));
  }

  /**
   * How far the second one is.
   *
   * @param why how, as the end of a sentence that begins with its name
   */
  private record Standing(boolean ready, String why) {}

  private Standing standing() throws InterruptedException {
    if (kind.equals(STORAGE)) {
      Set<String> types = after.storageTypes();
      return standing(
          services.node().status().storages().stream()
              .filter(one -> types.contains(one.type()))
              .map(StorageStatus::role)
              .findFirst()
              .orElse(null));
    }
    return after.fills().contains(kind)
        ? new Standing(true, " is there.")
        : new Standing(
            false,
            " runs, but it does not offer itself. Save its settings, and see Parts for what it misses.");
  }

  private static Standing standing(StorageStatus.@Nullable Role role) {
    if (role instanceof StorageStatus.Role.InUse) {
      return new Standing(true, " is in use.");
    }
    if (role instanceof StorageStatus.Role.StandingBy standing) {
      return new Standing(
          standing.left() == 0,
          " is being filled; %,d changes are left.".formatted(standing.left()));
    }
    if (role instanceof StorageStatus.Role.PassedOver) {
      return new Standing(false, " fails, and is passed over. See Parts for the cause.");
    }
    return new Standing(
        false, " runs, but it does not offer itself. Save its settings, and swap again.");
  }
}
