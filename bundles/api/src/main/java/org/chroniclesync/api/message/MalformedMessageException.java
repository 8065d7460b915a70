// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.message;

import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/** A plaintext is no message. The exception's message says what is wrong, without content. */
@ProviderType
public class MalformedMessageException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * Makes an exception.
   *
   * @param message what is wrong
   * @param cause the cause, or null
   */
  public MalformedMessageException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
