// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage.support;

import java.net.IDN;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
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

  /** Keys that were drawn by chance have shorter parts. */
  private static final int LEAST_PART = 2;

  private static final Pattern CAMEL_CASE =
      Pattern.compile(
          "(?<![A-Za-z0-9])(?:[A-Z]?[a-z]{1,31}|[A-Z]{2,31})(?:[A-Z]{1,31}[a-z]{1,31}){1,7}"
              + "(?![A-Za-z0-9])");

  private static final Pattern HUMP =
      Pattern.compile("(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])");

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
   * Returns the text by which an address is found: as it is, as it is read if that differs, and the
   * parts of names such as {@code getUserById}.
   *
   * @param url any text
   * @return the text that belongs into an index
   */
  public static String searchable(String url) {
    String readable = readable(url);
    return (readable.equals(url) ? url : url + " " + readable) + parts(readable);
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
    String label = found.group();
    String known = IDN.toUnicode(label, IDN.ALLOW_UNASSIGNED);
    String decoded = known.equals(label) ? Punycode.decode(label.toLowerCase(Locale.ROOT)) : known;
    return Matcher.quoteReplacement(decoded == null ? label : decoded);
  }

  private static String parts(String url) {
    if (url.chars().noneMatch(unit -> unit >= 'A' && unit <= 'Z')) {
      return "";
    }
    StringBuilder parts = new StringBuilder();
    Matcher name = CAMEL_CASE.matcher(url);
    while (name.find()) {
      List<String> humps = HUMP.splitAsStream(name.group()).toList();
      if (humps.stream().allMatch(hump -> hump.length() >= LEAST_PART)) {
        parts.append(' ').append(String.join(" ", humps));
      }
    }
    return parts.toString();
  }
}
