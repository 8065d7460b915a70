// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.crypto;

import org.osgi.annotation.versioning.ProviderType;

/** No session keys can be agreed on. The message holds nothing secret. */
@ProviderType
public class HandshakeException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Why no keys were agreed on. */
  @ProviderType
  public enum Reason {
    /** The peer's share is not as long as a share is. */
    WRONG_LENGTH,
    /** The peer's share is, in whole or in part, our own: it came back. */
    REFLECTED,
    /** The peer's public key is one with which every secret is zero, known to anybody. */
    ZERO_SECRET,
    /** The channel has an empty binding, so nothing would tie the session to the connection. */
    UNBOUND
  }

  /** Why no keys were agreed on. */
  private final Reason reason;

  /**
   * Makes an exception.
   *
   * @param reason why no keys were agreed on
   * @param message a sentence for a log
   */
  public HandshakeException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /**
   * Returns why no keys were agreed on.
   *
   * @return the reason
   */
  public Reason reason() {
    return reason;
  }
}
