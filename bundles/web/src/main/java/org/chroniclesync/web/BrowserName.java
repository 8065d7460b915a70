// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A browser in words that its owner knows, out of what it says of itself. */
final class BrowserName {
  private static final int READ_CHARS = 512;

  /** The first that is found: most browsers call themselves by the names of others, too. */
  private static final Map<String, String> FAMILIES = new LinkedHashMap<>();

  private static final Map<String, String> SYSTEMS = new LinkedHashMap<>();

  static {
    FAMILIES.put("Edg", "Edge");
    FAMILIES.put("OPR/", "Opera");
    FAMILIES.put("SamsungBrowser", "Samsung Internet");
    FAMILIES.put("Firefox", "Firefox");
    FAMILIES.put("FxiOS", "Firefox");
    FAMILIES.put("CriOS", "Chrome");
    FAMILIES.put("Chrom", "Chrome");
    FAMILIES.put("Safari", "Safari");
    FAMILIES.put("curl", "curl");
    SYSTEMS.put("Android", "Android");
    SYSTEMS.put("iPhone", "iPhone");
    SYSTEMS.put("iPad", "iPad");
    SYSTEMS.put("Windows", "Windows");
    SYSTEMS.put("Mac OS", "Mac");
    SYSTEMS.put("CrOS", "Chromebook");
    SYSTEMS.put("Linux", "Linux");
  }

  private BrowserName() {}

  /** Returns letters and blanks, at most 64: nothing of what was sent. */
  static String of(@Nullable String userAgent) {
    String said = userAgent == null ? "" : userAgent;
    String read = said.substring(0, Math.min(said.length(), READ_CHARS));
    String family = first(FAMILIES, read, "A browser");
    String system = first(SYSTEMS, read, "");
    return system.isEmpty() ? family : family + " on " + system;
  }

  private static String first(Map<String, String> names, String in, String otherwise) {
    return names.entrySet().stream()
        .filter(name -> in.contains(name.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(otherwise);
  }
}
