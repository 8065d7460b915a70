// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.commands;

import java.nio.file.Path;
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

  /**
   * Lists them, or says what becomes of what vanished from one.
   *
   * @param words none, or vanished, delete or keep, and the folder of the profile
   * @throws IllegalArgumentException if the words say nothing that can be done
   */
  public static String profiles(
      @Nullable BrowserImport importer, boolean json, List<String> words) {
    if (!words.isEmpty()) {
      boolean delete = words.size() == 3 && words.get(1).equals("delete");
      boolean keep = words.size() == 3 && words.get(1).equals("keep");
      if (!words.get(0).equals("vanished") || !(delete || keep)) {
        throw new IllegalArgumentException(Manual.usage("profiles"));
      }
      running(importer).settle(Path.of(words.get(2)), delete);
    }
    return profiles(importer, json);
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
