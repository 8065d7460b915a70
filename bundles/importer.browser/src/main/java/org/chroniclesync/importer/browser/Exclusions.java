// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import java.net.IDN;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.chroniclesync.api.history.Bounds;
import org.chroniclesync.api.importer.SkipReason;

/**
 * What must never be stored. A host is excluded by its name, or with all hosts below it by {@code
 * *.name}; an address by a pattern in which {@code *} stands for anything.
 *
 * <p>Patterns are these and no regular expressions: they are read in a time that does not explode,
 * and a dot in them is a dot. Upper and lower case are the same, since to exclude too much is the
 * smaller mistake.
 */
record Exclusions(
    Set<String> schemes, Set<String> hosts, List<String> parents, List<String> patterns) {
  static final int MAX_RULES = 10_000;
  private static final int DIGEST_CHARS = 16;
  private static final String BELOW = "*.";

  Exclusions {
    schemes = Set.copyOf(schemes);
    hosts = Set.copyOf(hosts);
    parents = List.copyOf(parents);
    patterns = List.copyOf(patterns);
  }

  static Exclusions of(List<String> schemes, List<String> hosts, List<String> patterns) {
    bounded("includeSchemes", schemes);
    bounded("excludedHosts", hosts);
    bounded("excludedPatterns", patterns);
    return new Exclusions(
        schemes.stream().map(Exclusions::scheme).collect(Collectors.toSet()),
        hosts.stream()
            .filter(rule -> !rule.startsWith(BELOW))
            .map(rule -> host(rule, rule))
            .collect(Collectors.toSet()),
        hosts.stream()
            .filter(rule -> rule.startsWith(BELOW))
            .map(rule -> host(rule, rule.substring(BELOW.length())))
            .toList(),
        patterns.stream().map(rule -> rule.toLowerCase(Locale.ROOT)).toList());
  }

  private static void bounded(String key, List<String> rules) {
    Settings.VALUES.atMost(key, rules.size(), MAX_RULES);
    rules.forEach(rule -> Bounds.text(key, rule, Bounds.MAX_URL_CHARS));
  }

  private static String scheme(String rule) {
    String scheme = rule.toLowerCase(Locale.ROOT);
    if (!scheme.matches("[a-z][a-z0-9+.-]*")) {
      throw Settings.VALUES.refuseElement(
          "includeSchemes", rule, "a scheme without a colon, such as http");
    }
    return scheme;
  }

  private static String host(String rule, String name) {
    String host = ascii(name);
    if (host.isEmpty() || !host.matches("[^\\s/*?#@\\\\]+")) {
      throw Settings.VALUES.refuseElement(
          "excludedHosts", rule, "a host name, such as example.org or *.example.org");
    }
    return host;
  }

  /** Returns a short text that is the same for the same rules. */
  String digest() {
    String text =
        new TreeSet<>(schemes)
            + "\n"
            + new TreeSet<>(hosts)
            + "\n"
            + new TreeSet<>(parents)
            + "\n"
            + new TreeSet<>(patterns);
    return Digests.sha256Hex(text).substring(0, DIGEST_CHARS);
  }

  /** Returns why an address must stay out, if it must. */
  Optional<SkipReason> reason(String url) {
    int colon = url.indexOf(':');
    if (colon < 1 || !schemes.contains(url.substring(0, colon).toLowerCase(Locale.ROOT))) {
      return Optional.of(SkipReason.SCHEME);
    }
    return excludesHost(hostOf(url, colon)) || excludesUrl(url)
        ? Optional.of(SkipReason.EXCLUDED)
        : Optional.empty();
  }

  private boolean excludesHost(String host) {
    return hosts.contains(host)
        || parents.stream().anyMatch(name -> host.equals(name) || host.endsWith("." + name));
  }

  private boolean excludesUrl(String url) {
    if (patterns.isEmpty()) {
      return false;
    }
    String lower = url.toLowerCase(Locale.ROOT);
    return patterns.stream().anyMatch(pattern -> matches(pattern, lower));
  }

  /**
   * Cuts the host out by hand: browsers keep addresses that {@link java.net.URI} refuses, and one
   * that could not be read would slip through.
   */
  private static String hostOf(String url, int colon) {
    int start = colon + 1;
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

  private static String ascii(String name) {
    String host = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    try {
      return IDN.toASCII(host, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException e) {
      return host.toLowerCase(Locale.ROOT);
    }
  }

  /** Matches greedily with one step back, in at most pattern times text steps. */
  static boolean matches(String pattern, String text) {
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
