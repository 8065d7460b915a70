// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.discovery.support;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.osgi.annotation.versioning.ProviderType;

/**
 * How names belong to Ed25519 keys (RFC 8032), as {@code docs/protocol.md} says in section 1: that
 * of a node to its device's key, that of the nodes' room to the room's. Whoever knows neither can
 * check both. Stateless and safe for any thread; nothing blocks.
 */
@ProviderType
public final class DeviceKeys {
  /** Length of a public key, in bytes. */
  public static final int KEY_BYTES = 32;

  /** Length of a signature, in bytes. */
  public static final int SIGNATURE_BYTES = 64;

  private static final byte[] LABEL = "chroniclesync v2 device".getBytes(US_ASCII);
  private static final int NAME_BYTES = 20;

  /** What stands before a raw key in its X.509 form, RFC 8410. */
  private static final byte[] X509 = HexFormat.of().parseHex("302a300506032b6570032100");

  private DeviceKeys() {}

  /**
   * Returns the name of the node whose device has a key.
   *
   * @param key the public key
   * @return its peer id
   * @throws IllegalArgumentException if the key does not have {@link #KEY_BYTES}
   */
  public static PeerId peer(byte[] key) {
    check(key);
    MessageDigest digest = sha256();
    digest.update(LABEL);
    return PeerId.ofNode(encode(Arrays.copyOf(digest.digest(key), NAME_BYTES)));
  }

  /**
   * Returns the name of the nodes' room that has a key.
   *
   * @param key the public key
   * @return its room id
   * @throws IllegalArgumentException if the key does not have {@link #KEY_BYTES}
   */
  public static RoomId room(byte[] key) {
    check(key);
    return new RoomId(RoomId.NODE_PREFIX + encode(key));
  }

  /**
   * Tells whether a node signed a statement.
   *
   * @param peer the name of the node
   * @param key what is said to be its public key, of any length
   * @param statement what was signed
   * @param signature the signature, of any length
   * @return true if the name belongs to the key, and the key to the signature
   */
  public static boolean isSignedBy(PeerId peer, byte[] key, byte[] statement, byte[] signature) {
    return key.length == KEY_BYTES && peer.equals(peer(key)) && verify(key, statement, signature);
  }

  /**
   * Tells whether a member of the nodes' room signed a statement.
   *
   * @param room the room
   * @param statement what was signed
   * @param signature the signature, of any length
   * @return true if the room has a key, and it belongs to the signature
   */
  public static boolean isSignedBy(RoomId room, byte[] statement, byte[] signature) {
    if (!room.isOfNodes()) {
      return false;
    }
    try {
      byte[] key =
          Base64.getUrlDecoder().decode(room.value().substring(RoomId.NODE_PREFIX.length()));
      // Base64 may have unused bits: one key must not have two rooms.
      return key.length == KEY_BYTES && room.equals(room(key)) && verify(key, statement, signature);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean verify(byte[] key, byte[] statement, byte[] signature) {
    if (signature.length != SIGNATURE_BYTES) {
      return false;
    }
    try {
      Signature verifier = Signature.getInstance("Ed25519");
      verifier.initVerify(publicKey(key));
      verifier.update(statement);
      return verifier.verify(signature);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform from 15 on has Ed25519", e);
    } catch (GeneralSecurityException e) {
      return false; // no point of the curve, or no number of its order
    }
  }

  private static PublicKey publicKey(byte[] key) throws GeneralSecurityException {
    byte[] encoded = Arrays.copyOf(X509, X509.length + KEY_BYTES);
    System.arraycopy(key, 0, encoded, X509.length, KEY_BYTES);
    return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
  }

  private static void check(byte[] key) {
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException("a key of " + key.length + " bytes");
    }
  }

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
