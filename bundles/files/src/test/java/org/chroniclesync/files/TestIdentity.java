// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.files;

import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.chroniclesync.api.crypto.Identity;
import org.chroniclesync.api.crypto.Tags;

/** Identities that have nothing but tags. */
final class TestIdentity {
  private TestIdentity() {}

  /** Returns one of the account that has these words. */
  static Identity of(String words) {
    Tags tags = (purpose, text) -> tag(words, purpose, text);
    return (Identity)
        Proxy.newProxyInstance(
            Identity.class.getClassLoader(),
            new Class<?>[] {Identity.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("tags")) {
                return tags;
              }
              throw new UnsupportedOperationException(method.getName());
            });
  }

  private static byte[] tag(String words, String purpose, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(words.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      byte[] said = (purpose + '\0' + text).getBytes(StandardCharsets.UTF_8);
      return Arrays.copyOf(mac.doFinal(said), Tags.BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
