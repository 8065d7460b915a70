// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.base;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A service that is made when it is needed first. The component runtime cannot give the node a
 * service which itself needs the node's history: each would wait for the other. Safe for any
 * thread; those that come while it is made wait for it.
 */
public final class Late<T> {
  private final Supplier<? extends @Nullable T> maker;
  private volatile @Nullable T made;

  /**
   * Makes nothing yet.
   *
   * @param maker returns null while the service cannot be made; then it is asked again. It is asked
   *     no more once it has made one, because a service that is taken twice counts as used twice
   */
  public Late(Supplier<? extends @Nullable T> maker) {
    this.maker = maker;
  }

  /** Returns the service, or null if it cannot be made now. */
  public @Nullable T get() {
    T known = made;
    return known == null ? make() : known;
  }

  /** Tells whether it was made already. Does not make it. */
  public boolean isMade() {
    return made != null;
  }

  private synchronized @Nullable T make() {
    if (made == null) {
      made = maker.get();
    }
    return made;
  }
}
