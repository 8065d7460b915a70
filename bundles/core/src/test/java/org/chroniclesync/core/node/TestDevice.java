// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import org.chroniclesync.api.discovery.Credentials;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.jspecify.annotations.Nullable;

/**
 * The device of a node that has a name which a test can read: its Ed25519 key is drawn from the
 * name, not the name from the key. Signatures are real ones.
 */
record TestDevice(PeerId peer, KeyPair pair) implements Credentials {
  private static final int KEY_BYTES = 32;

  static TestDevice of(PeerId peer) {
    return new TestDevice(peer, pair(peer.value()));
  }

  private static KeyPair pair(String name) {
    try {
      byte[] seed = MessageDigest.getInstance("SHA-256").digest(name.getBytes(UTF_8));
      KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
      generator.initialize(255, new Drawn(seed));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  static boolean isSignedBy(PeerId peer, byte[] key, byte[] statement, byte[] signature) {
    return Arrays.equals(key, of(peer).key()) && verify(key, statement, signature);
  }

  private static boolean verify(byte[] key, byte[] statement, byte[] signature) {
    try {
      byte[] encoded = pair("").getPublic().getEncoded();
      System.arraycopy(key, 0, encoded, encoded.length - KEY_BYTES, KEY_BYTES);
      Signature verifier = Signature.getInstance("Ed25519");
      verifier.initVerify(
          KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded)));
      verifier.update(statement);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  @Override
  public byte[] key() {
    byte[] encoded = pair.getPublic().getEncoded();
    return Arrays.copyOfRange(encoded, encoded.length - KEY_BYTES, encoded.length);
  }

  @Override
  public byte[] sign(byte[] statement) {
    try {
      Signature signer = Signature.getInstance("Ed25519");
      signer.initSign(pair.getPrivate());
      signer.update(statement);
      return signer.sign();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public byte @Nullable [] signAsMember(RoomId room, byte[] statement) {
    return null; // the rooms of a MemoryNetwork ask nobody for a proof
  }

  /** Draws what it was told to. */
  private static final class Drawn extends SecureRandom {
    private static final long serialVersionUID = 1L;

    private final byte[] bytes;

    Drawn(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public void nextBytes(byte[] wanted) {
      System.arraycopy(bytes, 0, wanted, 0, wanted.length);
    }
  }
}
