// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.transport;

import java.io.IOException;
import org.osgi.annotation.versioning.ProviderType;

/** A frame could not be sent or awaited because the channel has ended. */
@ProviderType
public class ChannelClosedException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Why the channel ended. */
  private final transient CloseReason reason;

  /**
   * Makes an exception.
   *
   * @param reason why the channel ended
   */
  public ChannelClosedException(CloseReason reason) {
    super(reason.sentence());
    this.reason = reason;
  }

  /**
   * Returns why the channel ended.
   *
   * @return the reason
   */
  public CloseReason reason() {
    return reason;
  }
}
