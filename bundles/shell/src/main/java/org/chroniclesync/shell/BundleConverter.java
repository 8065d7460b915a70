// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import java.util.List;
import org.apache.felix.service.command.Converter;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * Lets a person name a bundle to the commands of Felix: by number, by symbolic name, or by what of
 * it follows {@code org.chroniclesync.}. Felix itself has this only in a shell of its own.
 */
@Component(property = Converter.CONVERTER_CLASSES + "=org.osgi.framework.Bundle")
public final class BundleConverter implements Converter {
  private final Bundles bundles;

  @Activate
  public BundleConverter(BundleContext context) {
    bundles = new Bundles(context);
  }

  /** Returns the bundle, or null if the text names none or another class is wanted. */
  @Override
  public @Nullable Object convert(Class<?> desired, Object named) {
    if (desired != Bundle.class) {
      return null;
    }
    List<Bundle> all = bundles.named(named.toString());
    return all.isEmpty() ? null : all.get(0);
  }

  /** Bundles are shown as their commands show them. */
  @Override
  public @Nullable CharSequence format(Object shown, int level, Converter others) {
    return null;
  }
}
