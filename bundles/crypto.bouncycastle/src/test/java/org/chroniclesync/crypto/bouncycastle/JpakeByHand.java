// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.crypto.bouncycastle;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.crypto.agreement.jpake.JPAKEPrimeOrderGroup;
import org.bouncycastle.crypto.agreement.jpake.JPAKEPrimeOrderGroups;

/** One side of a pairing, written from docs/protocol.md with whole numbers alone. */
final class JpakeByHand {
  private static final JPAKEPrimeOrderGroup GROUP = JPAKEPrimeOrderGroups.NIST_3072;
  static final BigInteger P = GROUP.getP();
  static final BigInteger Q = GROUP.getQ();
  private static final BigInteger G = GROUP.getG();

  private final String self;
  private final BigInteger xa;
  private final BigInteger xb;
  private final BigInteger s;

  /** With its two secret numbers, from which those of its proofs are made. */
  JpakeByHand(String self, String words, long seed) {
    this.self = self;
    xa = drawn(seed);
    xb = drawn(seed + 1);
    s = new BigInteger(1, words.getBytes(UTF_8)).mod(Q);
  }

  private static BigInteger drawn(long seed) {
    byte[] bytes = Digests.sha256(("number " + seed).getBytes(UTF_8));
    return new BigInteger(1, bytes).mod(Q.subtract(BigInteger.ONE)).add(BigInteger.ONE);
  }

  String x1() {
    return HexFormat.of().formatHex(filled(xa, 32));
  }

  String x2() {
    return HexFormat.of().formatHex(filled(xb, 32));
  }

  byte[] first() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(element(G.modPow(xa, P)));
    out.writeBytes(element(G.modPow(xb, P)));
    out.writeBytes(proof(G, xa));
    out.writeBytes(proof(G, xb));
    return out.toByteArray();
  }

  byte[] second(byte[] theirFirst) {
    BigInteger base =
        G.modPow(xa, P).multiply(element(theirFirst, 0)).multiply(element(theirFirst, 384)).mod(P);
    BigInteger exponent = xb.multiply(s).mod(Q);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(element(base.modPow(exponent, P)));
    out.writeBytes(proof(base, exponent));
    return out.toByteArray();
  }

  /** The number that both have. */
  byte[] shared(byte[] theirFirst, byte[] theirSecond) {
    BigInteger theirs = element(theirFirst, 384);
    BigInteger without = theirs.modPow(xb.multiply(s).negate().mod(Q), P);
    return element(element(theirSecond, 0).multiply(without).modPow(xb, P));
  }

  private byte[] proof(BigInteger base, BigInteger exponent) {
    BigInteger v = drawn(exponent.longValue());
    BigInteger gv = base.modPow(v, P);
    ByteArrayOutputStream hashed = new ByteArrayOutputStream();
    for (BigInteger number : new BigInteger[] {base, gv, base.modPow(exponent, P)}) {
      byte[] bytes = shortest(number);
      hashed.writeBytes(ByteBuffer.allocate(4).putInt(bytes.length).array());
      hashed.writeBytes(bytes);
    }
    byte[] name = self.getBytes(UTF_8);
    hashed.writeBytes(ByteBuffer.allocate(4).putInt(name.length).array());
    hashed.writeBytes(name);
    BigInteger h = new BigInteger(Digests.sha256(hashed.toByteArray()));
    BigInteger r = v.subtract(exponent.multiply(h)).mod(Q);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(element(gv));
    out.writeBytes(filled(r, 32));
    return out.toByteArray();
  }

  private static byte[] element(BigInteger number) {
    return filled(number, 384);
  }

  private static BigInteger element(byte[] bytes, int from) {
    return new BigInteger(1, Arrays.copyOfRange(bytes, from, from + 384));
  }

  private static byte[] shortest(BigInteger number) {
    return filled(number, (number.bitLength() + 7) / 8);
  }

  private static byte[] filled(BigInteger number, int length) {
    byte[] signed = number.toByteArray();
    byte[] out = new byte[length];
    int from = Math.max(0, signed.length - length);
    System.arraycopy(signed, from, out, length - signed.length + from, signed.length - from);
    return out;
  }
}
