// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.crypto;

import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/** A frame was refused. The message holds nothing of the frame. */
@ProviderType
public class EnvelopeException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Why a frame was refused. */
  @ProviderType
  public enum Reason {
    /** There is nothing in it. */
    EMPTY,
    /** The text is not JSON. */
    NOT_JSON,
    /** The JSON is not an object. */
    NOT_AN_OBJECT,
    /** {@code iv} or {@code data} is missing. */
    MISSING_MEMBER,
    /** {@code iv} or {@code data} is not a string. */
    NOT_A_STRING,
    /** {@code iv} or {@code data} is neither hexadecimal nor base64, or a signal not base64url. */
    NOT_ENCODED,
    /** The IV does not have 12 bytes. */
    WRONG_IV_LENGTH,
    /** The data is shorter than the tag. */
    TRUNCATED,
    /** The header of a version 2 frame says what no peer of this version says. */
    UNKNOWN_HEADER,
    /** The frame is longer than any that is allowed. */
    TOO_LONG,
    /**
     * The tag does not fit: changed on the way, or sealed under another mnemonic. In version 2
     * also: not the frame whose turn it is, or somebody sits between the two ends of the
     * connection.
     */
    NOT_AUTHENTIC,
    /** The session had as many frames as one may have; it has to begin anew. */
    EXHAUSTED
  }

  /** Why the frame was refused. */
  private final Reason reason;

  /**
   * Makes an exception.
   *
   * @param reason why the frame was refused
   * @param message a sentence for a log
   * @param cause the cause, or null
   */
  public EnvelopeException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /**
   * Returns why the frame was refused.
   *
   * @return the reason
   */
  public Reason reason() {
    return reason;
  }
}
