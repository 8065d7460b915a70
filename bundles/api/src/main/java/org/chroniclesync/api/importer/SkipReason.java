// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.importer;

import org.osgi.annotation.versioning.ProviderType;

/** Why a visit in a browser's database was not imported. */
@ProviderType
public enum SkipReason {
  /** The address is of a scheme that is not included, such as {@code chrome:} or {@code about:}. */
  SCHEME,
  /** A rule leaves it out, or a host or a pattern that the configuration excludes. */
  EXCLUDED,
  /** The address is longer than an entry's may be. */
  URL_TOO_LONG,
  /** The visit has no time, or none that can be. */
  BAD_TIME,
  /** The browser got the visit from another device. */
  OTHER_DEVICE,
  /** The visit has no address. */
  MALFORMED,
  /** What the browser itself does not list: the page of a frame, or a step of a redirect. */
  HIDDEN,
  /** The visit is dated more than a day ahead: a clock was wrong. */
  FUTURE,
  /** The visit is in the history already: this profile is a copy, or another device sent it. */
  KNOWN,
  /** The visit was deleted: this profile or file is a copy that still has it. */
  DELETED,
  /** The visit was made in a pause that is to be forgotten. */
  PAUSED
}
