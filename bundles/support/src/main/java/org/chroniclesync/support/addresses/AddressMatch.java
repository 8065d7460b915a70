// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.addresses;

import java.net.IDN;
import java.util.Locale;

/** Compares addresses with rules. All of it takes a time that does not explode. */
public final class AddressMatch {
  /** How a rule begins that is for a host and for all below it. */
  public static final String BELOW = "*.";

  private AddressMatch() {}

  /** Returns the scheme of an address in lower case, or an empty text if it has none. */
  public static String schemeOf(String url) {
    int colon = url.indexOf(':');
    return colon < 1 ? "" : url.substring(0, colon).toLowerCase(Locale.ROOT);
  }

  /**
   * Cuts the host out by hand: browsers keep addresses that {@link java.net.URI} refuses, and one
   * that could not be read would slip through.
   */
  public static String hostOf(String url) {
    int start = url.indexOf(':') + 1;
    while (start < url.length() && (url.charAt(start) == '/' || url.charAt(start) == '\\')) {
      start++;
    }
    int end = start;
    while (end < url.length() && "/\\?#".indexOf(url.charAt(end)) < 0) {
      end++;
    }
    String authority = url.substring(start, end);
    String name = authority.substring(authority.lastIndexOf('@') + 1);
    int port = name.indexOf(':', Math.max(0, name.indexOf(']')));
    return ascii(port < 0 ? name : name.substring(0, port));
  }

  /** Returns a host as it is compared: in lower case, in ASCII, without a dot at its end. */
  public static String ascii(String name) {
    String host = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    try {
      return IDN.toASCII(host, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException e) {
      return host.toLowerCase(Locale.ROOT);
    }
  }

  /** Tells whether a text can be the name of a host. */
  public static boolean isHost(String ascii) {
    return ascii.matches("[^\\s/*?#@\\\\]+");
  }

  /** Tells whether a host is that of a name, or below it. */
  public static boolean isAtOrBelow(String host, String name) {
    return host.equals(name) || host.endsWith("." + name);
  }

  /**
   * Matches a text as a whole with a pattern in which {@code *} stands for anything: greedily with
   * one step back, in at most pattern times text steps.
   */
  public static boolean matches(String pattern, String text) {
    int p = 0;
    int t = 0;
    int star = -1;
    int resume = 0;
    while (t < text.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        resume = t;
      } else if (p < pattern.length() && pattern.charAt(p) == text.charAt(t)) {
        p++;
        t++;
      } else if (star >= 0) {
        p = star + 1;
        t = ++resume;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }
}
