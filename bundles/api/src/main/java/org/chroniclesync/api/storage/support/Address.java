// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage.support;

import java.net.IDN;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.annotation.versioning.ProviderType;

/**
 * An address as a person reads it: percent-encoding undone, also of an address within a parameter,
 * and names of hosts in their own letters. What cannot be undone stays as it is.
 *
 * <p>Takes time and memory in proportion to the length of the address, whatever it holds.
 */
@ProviderType
public final class Address {
  /** How often an address may be encoded within another one. */
  static final int MAX_NESTED = 4;

  private static final Pattern ENCODED = Pattern.compile("(?:%[0-9A-Fa-f]{2})+");

  /** The form of a part of a host that is not ASCII (RFC 5890); 63 characters at most. */
  private static final Pattern PUNYCODE =
      Pattern.compile("(?i)(?<![a-z0-9-])xn--[a-z0-9-]{1,59}(?![a-z0-9-])");

  private static final int HEX = 16;
  private static final int TRIPLET = 3;

  private Address() {}

  /**
   * Returns an address as it is read.
   *
   * @param url any text
   * @return the address, or the same text if there is nothing to undo
   */
  public static String readable(String url) {
    String text = url;
    for (int nested = 0; nested < MAX_NESTED && text.indexOf('%') >= 0; nested++) {
      String decoded = ENCODED.matcher(text).replaceAll(Address::decoded);
      if (decoded.equals(text)) {
        break;
      }
      text = decoded;
    }
    return text.contains("xn--") || text.contains("XN--")
        ? PUNYCODE.matcher(text).replaceAll(Address::unicode)
        : text;
  }

  /**
   * Returns the text by which an address is found: as it is, and as it is read if that differs.
   *
   * @param url any text
   * @return the text that belongs into an index
   */
  public static String searchable(String url) {
    String readable = readable(url);
    return readable.equals(url) ? url : url + " " + readable;
  }

  private static String decoded(MatchResult found) {
    String encoded = found.group();
    byte[] bytes = new byte[encoded.length() / TRIPLET];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] =
          (byte) Integer.parseInt(encoded.substring(TRIPLET * i + 1, TRIPLET * (i + 1)), HEX);
    }
    try {
      return Matcher.quoteReplacement(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      // Of another encoding, or cut in the middle of a letter.
      return Matcher.quoteReplacement(encoded);
    }
  }

  private static String unicode(MatchResult found) {
    return Matcher.quoteReplacement(IDN.toUnicode(found.group(), IDN.ALLOW_UNASSIGNED));
  }
}
