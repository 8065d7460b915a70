// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.chroniclesync.api.history.Bounds;
import org.chroniclesync.api.importer.SkipReason;
import org.chroniclesync.support.addresses.AddressMatch;
import org.chroniclesync.support.text.Digests;

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
  private static final String BELOW = AddressMatch.BELOW;

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
    String host = AddressMatch.ascii(name);
    if (!AddressMatch.isHost(host)) {
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
    if (!schemes.contains(AddressMatch.schemeOf(url))) {
      return Optional.of(SkipReason.SCHEME);
    }
    return excludesHost(AddressMatch.hostOf(url)) || excludesUrl(url)
        ? Optional.of(SkipReason.EXCLUDED)
        : Optional.empty();
  }

  private boolean excludesHost(String host) {
    return hosts.contains(host)
        || parents.stream().anyMatch(name -> AddressMatch.isAtOrBelow(host, name));
  }

  private boolean excludesUrl(String url) {
    if (patterns.isEmpty()) {
      return false;
    }
    String lower = url.toLowerCase(Locale.ROOT);
    return patterns.stream().anyMatch(pattern -> AddressMatch.matches(pattern, lower));
  }
}
