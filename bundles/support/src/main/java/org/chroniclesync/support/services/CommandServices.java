// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.services;

import java.util.concurrent.atomic.AtomicReference;
import org.chroniclesync.api.page.Page;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** What the commands ask: the node, and the page, which itself asks the node and not itself. */
public abstract class CommandServices extends NodeServices {
  private final AtomicReference<@Nullable Page> page = new AtomicReference<>();

  /** Returns the page, or null. */
  public final @Nullable Page page() {
    return page.get();
  }

  /** Takes the page. */
  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      service = Page.class)
  public final void bindPage(Page arriving) {
    page.set(arriving);
  }

  /** Lets go of the page, unless another came before. */
  public final void unbindPage(Page leaving) {
    page.compareAndSet(leaving, null);
  }
}
