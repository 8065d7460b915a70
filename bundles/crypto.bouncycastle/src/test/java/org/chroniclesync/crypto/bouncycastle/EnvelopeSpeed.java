// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.crypto.bouncycastle;

import java.util.List;
import org.chroniclesync.api.crypto.EnvelopeException;

/** Measures envelopes; run by hand. */
final class EnvelopeSpeed {
  private static final int ROUNDS = 5;
  private static final long ROUND_NANOS = 1_500_000_000L;

  private EnvelopeSpeed() {}

  public static void main(String[] args) throws EnvelopeException {
    WipeableKey key = new WipeableKey(new byte[32]);
    for (AesGcm cipher : List.of(AesGcm.jdk(), AesGcm.bouncyCastle())) {
      for (int length : List.of(200, 16_384, 131_000)) {
        measure(new AccountEnvelopes(key, cipher), length);
      }
    }
  }

  private static void measure(AccountEnvelopes envelopes, int length) throws EnvelopeException {
    byte[] plain = new byte[length];
    for (int round = 0; round < ROUNDS; round++) {
      long begin = System.nanoTime();
      long sealed = 0;
      String frame = "";
      while (System.nanoTime() - begin < ROUND_NANOS) {
        frame = envelopes.seal(plain);
        sealed += length;
      }
      long middle = System.nanoTime();
      long opened = 0;
      while (System.nanoTime() - middle < ROUND_NANOS) {
        opened += envelopes.open(frame).length;
      }
      long end = System.nanoTime();
      if (round == ROUNDS - 1) {
        System.out.printf(
            "%d bytes: seal %.0f MB/s, open %.0f MB/s%n",
            length, 1e3 * sealed / (middle - begin), 1e3 * opened / (end - middle));
      }
    }
  }
}
