// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage.support;

import java.net.IDN;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.storage.support.Words.Word;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A condition of a question that is not about words. Immutable.
 *
 * @param kind what it looks at
 * @param value what it wants there, in lower case
 * @param negated whether it must not be so
 * @param named devices that it wants because somebody calls them so
 */
@ProviderType
public record Filter(Kind kind, String value, boolean negated, Set<DeviceId> named) {
  /** What a filter looks at. */
  @ProviderType
  public enum Kind {
    /** The host of the URL, and perhaps the beginning of its path. */
    SITE,
    /** The device. */
    DEVICE,
    /** The browser. */
    BROWSER
  }

  /** Copies the set. */
  public Filter {
    named = Set.copyOf(named);
  }

  /** Returns the filter for what a person typed who calls devices so. */
  static Filter of(Kind kind, String typed, boolean negated, Map<DeviceId, String> names) {
    String value = typed.toLowerCase(Locale.ROOT);
    List<Word> wanted = kind == Kind.DEVICE ? Words.in(value) : List.of();
    return new Filter(
        kind,
        kind == Kind.SITE ? site(value) : value,
        negated,
        names.entrySet().stream()
            .filter(each -> isNamed(each.getValue(), wanted))
            .map(Map.Entry::getKey)
            .collect(Collectors.toUnmodifiableSet()));
  }

  private static String site(String typed) {
    String site = typed.substring(typed.indexOf("://") < 0 ? 0 : typed.indexOf("://") + 3);
    int path = site.indexOf('/');
    String host = path < 0 ? site : site.substring(0, path);
    return ascii(host) + (path < 0 || path == site.length() - 1 ? "" : site.substring(path));
  }

  /** A browser records hosts in their ASCII form. */
  private static String ascii(String host) {
    try {
      return IDN.toASCII(host, IDN.ALLOW_UNASSIGNED);
    } catch (IllegalArgumentException e) {
      return host;
    }
  }

  /**
   * Returns the host of a filter by site.
   *
   * @return in ASCII if it can be said so
   */
  public String host() {
    int path = value.indexOf('/');
    return path < 0 ? value : value.substring(0, path);
  }

  /**
   * Tells whether a visit meets the condition.
   *
   * @param device who recorded it
   * @param url where it went
   * @return true if it does
   */
  public boolean admits(Device device, String url) {
    boolean holds =
        switch (kind) {
          case SITE -> isAt(url);
          case DEVICE ->
              named.contains(device.id())
                  || value.equals(device.id().value().toLowerCase(Locale.ROOT))
                  || isNamed(device.platform() + " " + browser(device) + " " + device.id().value());
          case BROWSER -> isNamed(browser(device));
        };
    return holds != negated;
  }

  private static String browser(Device device) {
    return device.browserName() + " " + device.browserVersion();
  }

  private boolean isAt(String url) {
    String address = address(url);
    String wanted = host();
    String host = wanted.indexOf(':') < 0 ? withoutPort(address) : address;
    return !address.isEmpty()
        && (host.equals(wanted) || host.endsWith("." + wanted))
        && url.substring(authorityEnd(url))
            .toLowerCase(Locale.ROOT)
            .startsWith(value.substring(wanted.length()));
  }

  /** Tells whether a URL is on the very host, and not on one below it. */
  boolean isExactly(String url) {
    String address = address(url);
    String host = host().indexOf(':') < 0 ? withoutPort(address) : address;
    return isAt(url) && host.equals(host());
  }

  /** Returns the host of a URL in lower case, with its port; empty if there is none. */
  static String address(String url) {
    int start = url.indexOf("://");
    if (start < 0) {
      return "";
    }
    String authority = url.substring(start + 3, authorityEnd(url)).toLowerCase(Locale.ROOT);
    return authority.substring(authority.lastIndexOf('@') + 1);
  }

  static String withoutPort(String address) {
    return address.replaceFirst(":[0-9]*$", "");
  }

  private static int authorityEnd(String url) {
    int end = url.indexOf("://") + 3;
    while (end < url.length() && "/?#".indexOf(url.charAt(end)) < 0) {
      end++;
    }
    return end;
  }

  private boolean isNamed(String name) {
    return isNamed(name, Words.in(value));
  }

  private static boolean isNamed(String name, List<Word> wanted) {
    List<Word> words = Words.in(name);
    return !wanted.isEmpty()
        && wanted.stream()
            .allMatch(
                part -> words.stream().anyMatch(word -> word.folded().startsWith(part.folded())));
  }
}
