// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.crypto.bouncycastle;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.chroniclesync.api.crypto.AccountId;
import org.chroniclesync.api.crypto.EnvelopeException;
import org.chroniclesync.api.crypto.Ephemeral;
import org.chroniclesync.api.crypto.HandshakeException;
import org.chroniclesync.api.crypto.SessionKeys;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.transport.ChannelBinding;

/** Says how fast version 2 is, beside the bare cipher. Run by hand. */
final class SessionSpeed {
  private static final int ROUNDS = 8;
  private static final long ROUND_NANOS = 300_000_000;
  private static final int A_LOOK_AT_THE_CLOCK = 20;
  private static final PeerId ANN = PeerId.ofNode("ann");
  private static final PeerId BOB = PeerId.ofNode("bob");
  private static final ChannelBinding BINDING = new ChannelBinding(new byte[32]);

  private SessionSpeed() {}

  /** What this thread had of the processor: others may be at work on the machine. */
  private static long nanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  public static void main(String[] args)
      throws GeneralSecurityException, HandshakeException, EnvelopeException {
    for (int round = 0; round < ROUNDS; round++) {
      long begin = nanos();
      RootKey.derive(new AccountId("A".repeat(43)), new byte[200]);
      System.out.printf("account key %.0f ms%n", (nanos() - begin) / 1e6);
    }
    byte[] key = new byte[32];
    new Random(1).nextBytes(key);
    AccountSessions sessions = new AccountSessions(new WipeableKey(key), AesGcm.jdk());
    handshakes(sessions);
    for (int length : new int[] {100, 1_024, 16_384, 65_536, 262_127}) {
      frames(sessions, length);
    }
  }

  private static void handshakes(AccountSessions sessions) throws HandshakeException {
    for (int round = 0; round < ROUNDS; round++) {
      long begin = nanos();
      int done = 0;
      while (nanos() - begin < ROUND_NANOS) {
        byte[] share = sessions.begin().share();
        sessions.agree(sessions.begin(), share, ANN, BOB, BINDING).close();
        done++;
      }
      // The peer's half of the work, its share, is in there as well.
      System.out.printf("handshake %.0f us%n", (nanos() - begin) / 1e3 / done);
    }
  }

  private static void frames(AccountSessions sessions, int length)
      throws GeneralSecurityException, HandshakeException, EnvelopeException {
    Ephemeral ofAnn = sessions.begin();
    Ephemeral ofBob = sessions.begin();
    byte[] share = ofAnn.share();
    SessionKeys ann = sessions.agree(ofAnn, ofBob.share(), ANN, BOB, BINDING);
    SessionKeys bob = sessions.agree(ofBob, share, BOB, ANN, BINDING);
    byte[] plain = new byte[length];
    double[] ours = new double[ROUNDS];
    double[] bare = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      ours[round] = ours(sessions, ann, bob, plain);
      bare[round] = bare(plain);
    }
    Arrays.sort(ours);
    Arrays.sort(bare);
    System.out.printf(
        "%d bytes: seal and open %.0f MB/s, the bare cipher %.0f MB/s, ratio %.2f%n",
        length, ours[ROUNDS / 2], bare[ROUNDS / 2], ours[ROUNDS / 2] / bare[ROUNDS / 2]);
  }

  private static double ours(
      AccountSessions sessions, SessionKeys ann, SessionKeys bob, byte[] plain)
      throws EnvelopeException {
    long begin = nanos();
    long bytes = 0;
    while (nanos() - begin < ROUND_NANOS) {
      for (int i = 0; i < A_LOOK_AT_THE_CLOCK; i++) {
        byte[] frame = sessions.seal(ann, (byte) 0, plain, 0, plain.length);
        bytes += sessions.open(bob, frame).bytes().length;
      }
    }
    return 1e3 * bytes / (nanos() - begin);
  }

  /** Both ways with objects and arrays that are kept, which is as fast as it gets. */
  private static double bare(byte[] plain) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    SecretKeySpec key = new SecretKeySpec(new byte[32], "AES");
    byte[] sealed = new byte[plain.length + 16];
    byte[] opened = new byte[plain.length + 16];
    byte[] iv = new byte[12];
    long number = 0;
    long begin = nanos();
    long bytes = 0;
    while (nanos() - begin < ROUND_NANOS) {
      for (int i = 0; i < A_LOOK_AT_THE_CLOCK; i++) {
        ByteBuffer.wrap(iv).putLong(4, ++number);
        cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(128, iv));
        cipher.doFinal(plain, 0, plain.length, sealed, 0);
        cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(128, iv));
        bytes += cipher.doFinal(sealed, 0, sealed.length, opened, 0);
      }
    }
    return 1e3 * bytes / (nanos() - begin);
  }
}
