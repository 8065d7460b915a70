// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.files;

import org.chroniclesync.api.history.Bounds;

/** What a person calls a file, who has many of them. */
final class FileName {
  private static final String INSIDE = "!/";

  private FileName() {}

  /** Returns the last part of a path; for a member of an archive, behind that of the archive. */
  static String of(String source) {
    int inside = source.indexOf(INSIDE);
    String name =
        inside < 0
            ? last(source)
            : last(source.substring(0, inside)) + ": " + last(source.substring(inside));
    return Texts.shown(name, Bounds.MAX_FIELD_CHARS);
  }

  private static String last(String path) {
    return path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  }
}
