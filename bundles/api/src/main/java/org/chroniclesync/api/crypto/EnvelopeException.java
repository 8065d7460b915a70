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
    /** The text is empty. */
    EMPTY,
    /** The text is not JSON. */
    NOT_JSON,
    /** The JSON is not an object. */
    NOT_AN_OBJECT,
    /** {@code iv} or {@code data} is missing. */
    MISSING_MEMBER,
    /** {@code iv} or {@code data} is not a string. */
    NOT_A_STRING,
    /** {@code iv} or {@code data} is neither hexadecimal nor base64. */
    NOT_ENCODED,
    /** The IV does not have 12 bytes. */
    WRONG_IV_LENGTH,
    /** The data is shorter than the tag. */
    TRUNCATED,
    /** The frame is longer than any that is allowed. */
    TOO_LONG,
    /** The tag does not fit: changed on the way, or sealed under another mnemonic. */
    NOT_AUTHENTIC
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
