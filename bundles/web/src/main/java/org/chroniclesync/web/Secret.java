// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** 256 random bits as text. */
final class Secret {
  private static final int BYTES = 32;

  /** 32 bytes in base64. */
  private static final int CHARS = 43;

  private static final SecureRandom RANDOM = new SecureRandom();

  private Secret() {}

  static String draw() {
    byte[] bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Tells whether this may be one. */
  static boolean isWhole(@Nullable String text) {
    return text != null && text.length() == CHARS;
  }
}
