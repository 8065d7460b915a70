// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.chroniclesync.support.commands.Terminal;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/**
 * Finds bundles by how a person names them: by number, by symbolic name, or by what of it follows
 * {@code org.chroniclesync.}.
 */
final class Bundles {
  private static final String OURS = "org.chroniclesync.";

  private final BundleContext context;

  Bundles(BundleContext context) {
    this.context = context;
  }

  /** All that a person may mean. */
  List<Bundle> named(String name) {
    if (name.matches("\\d{1,18}")) {
      Bundle bundle = context.getBundle(Long.parseLong(name));
      return bundle == null ? List.of() : List.of(bundle);
    }
    return Arrays.stream(context.getBundles())
        .filter(
            bundle ->
                name.equals(bundle.getSymbolicName())
                    || (OURS + name).equals(bundle.getSymbolicName()))
        .toList();
  }

  /**
   * The one that a person means.
   *
   * @throws IllegalArgumentException if there is none or more than one, with what to do
   */
  Bundle one(String name) {
    List<Bundle> named = named(name);
    if (named.isEmpty()) {
      throw new IllegalArgumentException(
          "There is no bundle " + Terminal.safe(name) + "; gogo lb lists them.");
    }
    if (named.size() > 1) {
      String all =
          named.stream()
              .map(bundle -> bundle.getBundleId() + " (" + bundle.getVersion() + ")")
              .collect(Collectors.joining(", "));
      throw new IllegalArgumentException(
          "Several bundles are called " + Terminal.safe(name) + ": " + all + ". Give a number.");
    }
    return named.get(0);
  }

  /** What a person calls it. */
  static String name(Bundle bundle) {
    String name = bundle.getSymbolicName();
    return Terminal.safe(name == null ? "bundle " + bundle.getBundleId() : name);
  }
}
