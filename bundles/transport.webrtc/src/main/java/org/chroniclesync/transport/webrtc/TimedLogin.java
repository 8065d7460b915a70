// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.webrtc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A name and a password that a TURN server accepts until a time, by a secret that it shares: the
 * "REST API for access to TURN services" (draft-uberti-behave-turn-rest), as coturn has it. SHA-1
 * is what servers compute.
 *
 * @param username seconds since 1970, and the user behind a colon
 * @param password never to be shown
 */
record TimedLogin(String username, String password) {
  private static final String ALGORITHM = "HmacSHA1";

  static TimedLogin until(Instant end, String user, String secret) {
    String username = end.getEpochSecond() + (user.isEmpty() ? "" : ":" + user);
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret.getBytes(UTF_8), ALGORITHM));
      byte[] code = mac.doFinal(username.getBytes(UTF_8));
      return new TimedLogin(username, Base64.getEncoder().encodeToString(code));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("each Java has " + ALGORITHM, e);
    }
  }

  @Override
  public String toString() {
    return "TimedLogin[" + username + "]";
  }
}
