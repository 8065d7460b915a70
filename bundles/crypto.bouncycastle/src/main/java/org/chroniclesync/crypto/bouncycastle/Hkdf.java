// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.crypto.bouncycastle;

import java.nio.charset.StandardCharsets;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;

/** HKDF with SHA-256, RFC 5869. */
final class Hkdf {
  private Hkdf() {}

  static byte[] extract(byte[] salt, byte[] secret) {
    return generator().extractPRK(salt, secret);
  }

  static byte[] expand(byte[] key, byte[] info, int length) {
    HKDFBytesGenerator generator = generator();
    generator.init(HKDFParameters.skipExtractParameters(key, info));
    byte[] out = new byte[length];
    generator.generateBytes(out, 0, length);
    return out;
  }

  static byte[] expand(byte[] key, String label, int length) {
    return expand(key, label.getBytes(StandardCharsets.US_ASCII), length);
  }

  private static HKDFBytesGenerator generator() {
    return new HKDFBytesGenerator(new SHA256Digest());
  }
}
