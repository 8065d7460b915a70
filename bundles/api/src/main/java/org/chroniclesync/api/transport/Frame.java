// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.transport;

import org.osgi.annotation.versioning.ProviderType;

/** A message of a channel, whole. */
@ProviderType
public sealed interface Frame {
  /**
   * A text message.
   *
   * @param text the text
   */
  @ProviderType
  record Text(String text) implements Frame {}

  /**
   * A binary message.
   *
   * @param bytes the bytes; whoever hands them over does not touch them again
   */
  @SuppressWarnings(
      "ArrayRecordComponent") // a copy a frame is what we spare; nobody compares frames
  @ProviderType
  record Binary(byte[] bytes) implements Frame {}
}
