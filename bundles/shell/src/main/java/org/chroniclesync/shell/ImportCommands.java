// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.chroniclesync.api.importer.BrowserImport;
import org.chroniclesync.api.importer.ProfileStatus;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** The commands of the browser importer. */
@Component(
    service = ImportCommands.class,
    property = {
      "osgi.command.scope=chroniclesync",
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
  @Descriptor("lists the browser profiles of this device and how far each is imported")
  public String profiles(
      @Descriptor("prints JSON")
          @Parameter(names = "--json", presentValue = "true", absentValue = "false")
          boolean json) {
    List<ProfileStatus> profiles = importer().profiles();
    return json ? Json.profiles(profiles) : ProfilesText.profiles(profiles);
  }

  /**
   * Imports what is new. The underscore is Gogo's: the command is called import, which Java does
   * not allow as the name of a method.
   *
   * @return what to show
   */
  @Descriptor("imports new visits from the browser profiles now, and waits until it is done")
  public String _import() {
    BrowserImport present = importer();
    present.importNow();
    return ProfilesText.profiles(present.profiles());
  }

  private BrowserImport importer() {
    BrowserImport present = importer.get();
    if (present == null) {
      throw new IllegalStateException("The importer is not running; see the log.");
    }
    return present;
  }
}
