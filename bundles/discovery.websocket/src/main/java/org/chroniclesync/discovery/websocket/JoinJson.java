// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.websocket;

import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The answer to a challenge, as JSON. */
final class JoinJson {
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private JoinJson() {}

  static String message(byte[] key, byte[] signature, byte @Nullable [] member) {
    String text =
        "{\"type\":\"join\",\"key\":\""
            + BASE64.encodeToString(key)
            + "\",\"signature\":\""
            + BASE64.encodeToString(signature)
            + "\"";
    return member == null
        ? text + "}"
        : text + ",\"member\":\"" + BASE64.encodeToString(member) + "\"}";
  }
}
