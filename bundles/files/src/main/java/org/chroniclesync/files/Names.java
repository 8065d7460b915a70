// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.files;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.chroniclesync.api.crypto.Tags;

/**
 * Names what has none in a file. A name outlives what it names, in the tombstone: so who does not
 * have the words of the account must not be able to guess an address and find that it fits.
 *
 * @param tags those of the account
 */
record Names(Tags tags) {
  private static final String OF_VISIT = "chroniclesync visit of a file";
  private static final String OF_DEVICE = "chroniclesync device of a file";
  private static final int ADDRESS_BYTES = 6;

  /** Names a visit by its address and its moment. */
  String visit(String url, long micros) {
    return name(tags.of(OF_VISIT, url), micros);
  }

  /** Names the device of a file by the first visits in it. */
  String device(String beginning) {
    return HexFormat.of().formatHex(tags.of(OF_DEVICE, beginning));
  }

  /** The name that a visit got when names were digests that need no key: histories are kept. */
  static String earlier(String url, long micros) {
    return name(sha256(url), micros);
  }

  /** The name of a device that a person named. It tells no address. */
  static String ofPerson(String name) {
    return HexFormat.of().formatHex(sha256("chroniclesync file\n" + name), 0, Tags.BYTES);
  }

  private static String name(byte[] address, long micros) {
    return HexFormat.of().formatHex(address, 0, ADDRESS_BYTES)
        + "-"
        + Long.toString(micros, Character.MAX_RADIX);
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
