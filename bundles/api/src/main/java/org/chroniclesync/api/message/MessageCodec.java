// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.message;

import org.chroniclesync.api.history.Entry;
import org.osgi.annotation.versioning.ProviderType;

/** Between messages and the UTF-8 JSON of version 1. Stateless, hence safe for any thread. */
@ProviderType
public interface MessageCodec {
  /** Longest plaintext that is decoded, in bytes. */
  int MAX_PLAINTEXT_BYTES = 1 << 20;

  /**
   * Encodes a message.
   *
   * @param message the message
   * @return its JSON in UTF-8
   * @throws IllegalArgumentException if the JSON of a {@link Payload.Other} is none
   */
  byte[] encode(Message message);

  /**
   * Decodes a message. A type that is not known becomes a {@link Payload.Other}; members that are
   * not known are kept with an entry and ignored elsewhere; entries that are unusable are left out
   * and counted.
   *
   * @param plaintext JSON in UTF-8
   * @return the message
   * @throws MalformedMessageException if it is no message
   */
  Message decode(byte[] plaintext) throws MalformedMessageException;

  /**
   * Returns how much an entry adds to a message, for filling frames to their limit.
   *
   * @param entry the entry
   * @return bytes, with the comma that parts it from the next
   */
  int encodedSize(Entry entry);
}
