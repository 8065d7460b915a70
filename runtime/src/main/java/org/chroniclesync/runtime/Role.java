// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

/** The kinds of process. */
enum Role {
  /** A device of a person. */
  NODE("node", ".chroniclesync"),
  /** The discovery service, at which devices find each other. */
  DISCOVERY("discovery", ".chroniclesync-discovery");

  private final String folder;
  private final String defaultFolder;

  Role(String folder, String defaultFolder) {
    this.folder = folder;
    this.defaultFolder = defaultFolder;
  }

  /** The name of its folder under {@code conf/}. */
  String folder() {
    return folder;
  }

  String defaultFolder() {
    return defaultFolder;
  }
}
