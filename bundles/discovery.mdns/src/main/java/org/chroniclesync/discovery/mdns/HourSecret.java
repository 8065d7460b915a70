// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.mdns;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.chroniclesync.api.discovery.Credentials;
import org.chroniclesync.api.discovery.RoomId;
import org.chroniclesync.api.support.Transcript;

/**
 * What the members of a room know of one hour, and nobody else: all that is told in that hour is
 * made of it. Of a room with a key it is the key's signature of the hour, which never leaves the
 * node; so the room's name, which a discovery service knows, does not suffice to compute it. Of a
 * room without one it is made of the name. Immutable.
 */
final class HourSecret {
  /** How many bytes an instance is made of. */
  static final int INSTANCE_BYTES = 10;

  /** How many characters name an instance, before its proof. */
  static final int INSTANCE_CHARS = 16;

  /** How many characters a whole label of an instance has. */
  static final int LABEL_CHARS = 2 * INSTANCE_CHARS;

  private static final int SERVICE_CHARS = 15;
  private static final String OF_KEY = "chroniclesync v2 local network";
  private static final String OF_NAME = "chroniclesync v2 local network by name";

  private final byte[] secret;
  private final String service;

  private HourSecret(byte[] secret) {
    this.secret = secret;
    this.service = Base32.encode(prf("service")).substring(0, SERVICE_CHARS);
  }

  /**
   * Computes it.
   *
   * @param hour hours since 1970-01-01 UTC
   * @throws IllegalStateException if nobody is there now who has the room's key
   */
  static HourSecret of(RoomId room, Credentials self, long hour) {
    byte[] signed = self.signAsMember(room, statement(OF_KEY, room, hour));
    return new HourSecret(
        signed == null ? Crypto.sha256(statement(OF_NAME, room, hour)) : Crypto.sha256(signed));
  }

  private static byte[] statement(String label, RoomId room, long hour) {
    return new Transcript(label)
        .add(room.value())
        .add(ByteBuffer.allocate(Long.BYTES).putLong(hour).array())
        .bytes();
  }

  /** What the room is called in this hour, without the underscore: no more than 15 characters. */
  String service() {
    return service;
  }

  /** The label of an instance that listens on a port: its name, and that a member says so. */
  String label(String instance, int port) {
    byte[] proof =
        prf("instance", instance.getBytes(US_ASCII), new byte[] {(byte) (port >>> 8), (byte) port});
    return instance + Base32.encode(Arrays.copyOf(proof, INSTANCE_BYTES));
  }

  /** Tells whether a member made a label, for an instance that listens on that port. */
  boolean isLabel(String label, int port) {
    return label.length() == LABEL_CHARS
        && Crypto.equal(
            label.getBytes(US_ASCII),
            label(label.substring(0, INSTANCE_CHARS), port).getBytes(US_ASCII));
  }

  /** A key, or a proof, for one purpose. */
  byte[] prf(String purpose, byte[]... values) {
    Transcript transcript = new Transcript(purpose);
    for (byte[] value : values) {
      transcript.add(value);
    }
    return Crypto.hmac(secret, transcript.bytes());
  }

  /** Returns nothing of the secret. */
  @Override
  public String toString() {
    return "HourSecret";
  }
}
