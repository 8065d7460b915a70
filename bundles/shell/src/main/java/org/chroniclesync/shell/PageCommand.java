// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import java.util.concurrent.atomic.AtomicReference;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.chroniclesync.api.page.Page;
import org.chroniclesync.support.commands.Help;
import org.chroniclesync.support.commands.PageCommands;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** The page that a person opens in a browser. */
@Component(
    service = PageCommand.class,
    property = {"osgi.command.scope=" + Help.SCOPE, "osgi.command.function=open"})
public final class PageCommand {
  private final AtomicReference<@Nullable Page> page = new AtomicReference<>();

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      service = Page.class)
  void bindPage(Page arriving) {
    page.set(arriving);
  }

  void unbindPage(Page leaving) {
    page.compareAndSet(leaving, null);
  }

  /**
   * Draws a link.
   *
   * @param json true for JSON
   * @return what to show
   */
  @Descriptor(Help.OPEN)
  public String open(
      @Descriptor(Help.JSON)
          @Parameter(names = Help.JSON_OPTION, presentValue = "true", absentValue = "false")
          boolean json) {
    return PageCommands.open(page.get(), json);
  }
}
