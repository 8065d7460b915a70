// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import java.util.concurrent.atomic.AtomicReference;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.chroniclesync.api.importer.BrowserImport;
import org.chroniclesync.support.commands.Help;
import org.chroniclesync.support.commands.ImporterCommands;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** The commands of the browser importer. */
@Component(
    service = ImportCommands.class,
    property = {
      "osgi.command.scope=" + Help.SCOPE,
      "osgi.command.function=profiles",
      "osgi.command.function=import"
    })
public final class ImportCommands {
  private final AtomicReference<@Nullable BrowserImport> importer = new AtomicReference<>();

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      service = BrowserImport.class)
  void bindImporter(BrowserImport arriving) {
    importer.set(arriving);
  }

  void unbindImporter(BrowserImport leaving) {
    importer.compareAndSet(leaving, null);
  }

  /**
   * Lists the browsers' profiles.
   *
   * @param json true for JSON
   * @return what to show
   */
  @Descriptor(Help.PROFILES)
  public String profiles(
      @Descriptor(Help.JSON)
          @Parameter(names = Help.JSON_OPTION, presentValue = "true", absentValue = "false")
          boolean json) {
    return ImporterCommands.profiles(importer.get(), json);
  }

  /**
   * Imports what is new. The underscore is Gogo's: the command is called import, which Java does
   * not allow as the name of a method.
   *
   * @return what to show
   */
  @Descriptor(Help.IMPORT)
  public String _import() {
    return ImporterCommands.importNow(importer.get());
  }
}
