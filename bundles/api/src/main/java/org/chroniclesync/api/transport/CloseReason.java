// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.transport;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Why a channel ended.
 *
 * @param kind for those who must decide
 * @param sentence for a person, with what to do where there is something
 */
@ProviderType
public record CloseReason(Kind kind, String sentence) {
  /** Whose doing the end was. */
  @ProviderType
  public enum Kind {
    /** This side closed it. */
    LOCAL,
    /** The peer closed it. */
    REMOTE,
    /** The connection was lost. */
    LOST,
    /** The peer broke a rule or a bound. */
    VIOLATION
  }
}
