// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.transport.support;

import java.nio.charset.StandardCharsets;
import org.chroniclesync.api.transport.Frame;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A frame as bytes, as most technologies want it.
 *
 * @param bytes a text in UTF-8; whoever hands them over does not touch them again
 * @param binary whether it is a binary frame
 */
@SuppressWarnings(
    "ArrayRecordComponent") // a copy of a frame is what we spare; nobody compares them
@ProviderType
public record WireFrame(byte[] bytes, boolean binary) {
  /**
   * Encodes a frame that is to be sent.
   *
   * @param frame the frame
   * @param maxBytes how long it may be at most
   * @return its bytes; of a binary frame the same array
   * @throws IllegalArgumentException if it is longer, as {@link
   *     org.chroniclesync.api.transport.Channel#send} has it
   */
  public static WireFrame of(Frame frame, int maxBytes) {
    byte[] bytes =
        frame instanceof Frame.Text text
            ? text.text().getBytes(StandardCharsets.UTF_8)
            : ((Frame.Binary) frame).bytes();
    if (bytes.length > maxBytes) {
      throw new IllegalArgumentException(
          "a frame of " + bytes.length + " bytes; the peer takes " + maxBytes);
    }
    return new WireFrame(bytes, frame instanceof Frame.Binary);
  }

  /**
   * Decodes a frame that arrived. What is not UTF-8 in a text becomes U+FFFD.
   *
   * @return the frame
   */
  public Frame frame() {
    return binary
        ? new Frame.Binary(bytes)
        : new Frame.Text(new String(bytes, StandardCharsets.UTF_8));
  }
}
