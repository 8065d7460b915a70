// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.felix;

import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;

/** Tells whether the classes of a bundle as it once was are still held by anybody. */
final class ClassLoaderWatch {
  private final Bundle bundle;
  private final WeakReference<ClassLoader> loader;

  ClassLoaderWatch(Bundle bundle) {
    this.bundle = bundle;
    this.loader = new WeakReference<>(bundle.adapt(BundleWiring.class).getClassLoader());
  }

  /** Returns the names of those whose replaced classes are still there. */
  static Set<String> held(List<ClassLoaderWatch> watches) {
    System.gc();
    Set<String> held = new TreeSet<>();
    for (ClassLoaderWatch watch : watches) {
      if (!watch.isGone()) {
        held.add(watch.bundle.getSymbolicName());
      }
    }
    return held;
  }

  private boolean isGone() {
    ClassLoader held = loader.get();
    return held == null || held == bundle.adapt(BundleWiring.class).getClassLoader();
  }
}
