// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.wiring.FrameworkWiring;

/** Which bundles use classes that were updated or removed. */
final class Wirings {
  private static final long PATIENCE_SECONDS = 60;

  private final BundleContext context;

  Wirings(BundleContext context) {
    this.context = context;
  }

  /** Those that were updated or removed while others used them. */
  Collection<Bundle> stale() {
    return framework().getRemovalPendingBundles();
  }

  /** Those that use them, in the order of their numbers. */
  List<Bundle> usersOfStale() {
    Collection<Bundle> stale = stale();
    return users(stale).stream().filter(bundle -> !stale.contains(bundle)).toList();
  }

  private List<Bundle> users(Collection<Bundle> of) {
    return framework().getDependencyClosure(of).stream()
        .filter(bundle -> bundle.getState() != Bundle.UNINSTALLED)
        .sorted(Comparator.comparingLong(Bundle::getBundleId))
        .toList();
  }

  /**
   * Restarts bundles and those that use them.
   *
   * @return what to tell
   */
  String refresh(Collection<Bundle> due) throws InterruptedException {
    List<Bundle> users = users(due);
    List<Bundle> active = new ArrayList<>(users);
    active.removeIf(bundle -> bundle.getState() != Bundle.ACTIVE);
    CountDownLatch refreshed = new CountDownLatch(1);
    framework()
        .refreshBundles(
            due,
            event -> {
              if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                refreshed.countDown();
              }
            });
    if (users.contains(context.getBundle())) {
      // It would wait for its own end.
      return "Refreshing %d bundles, this shell among them. Connect to it again in a moment."
          .formatted(users.size());
    }
    boolean done = refreshed.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    active.removeIf(bundle -> bundle.getState() == Bundle.ACTIVE);
    if (!done || !active.isEmpty()) {
      throw new IllegalStateException(
          (done ? "Refreshed, but these did not start again: " : "Still refreshing: ")
              + (done ? active : users)
                  .stream().map(Bundles::name).collect(Collectors.joining(", "))
              + ". The log says why.");
    }
    return "Refreshed " + users.size() + (users.size() == 1 ? " bundle." : " bundles.");
  }

  private FrameworkWiring framework() {
    return context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkWiring.class);
  }
}
