// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.commands;

import java.util.List;
import org.chroniclesync.api.importer.BrowserImport;
import org.chroniclesync.api.importer.ProfileStatus;
import org.jspecify.annotations.Nullable;

/** The commands of the browser importer. */
public final class ImporterCommands {
  private ImporterCommands() {}

  /** Lists the browsers' profiles. */
  public static String profiles(@Nullable BrowserImport importer, boolean json) {
    List<ProfileStatus> profiles = running(importer).profiles();
    return json ? Json.profiles(profiles) : ProfilesText.profiles(profiles);
  }

  /** Imports what is new. */
  public static String importNow(@Nullable BrowserImport importer, boolean json) {
    running(importer).importNow();
    return profiles(importer, json);
  }

  private static BrowserImport running(@Nullable BrowserImport importer) {
    if (importer == null) {
      throw new IllegalStateException("The importer is not running; see the log.");
    }
    return importer;
  }
}
