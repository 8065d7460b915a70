// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.account;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.chroniclesync.support.text.Digests;

/**
 * Cuts secrets out of addresses, by a list. What is left still tells the page: the names of
 * parameters stay, their values go. Cutting again changes nothing, so that nodes that pass on what
 * they have cut stay equal. Immutable; takes a time that grows with the length of the address.
 */
final class Secrets {
  private static final String STEP_CUT = "-";
  private static final int MAX_NESTED = 2;
  private static final int LEAST_MIXED = 8;
  private static final int LEAST_LONG = 20;
  private static final int LEAST_CHARS = 12;
  private static final int LEAST_DIGITS = 20;

  private static final Set<String> SWITCHES =
      Set.of("", "0", "1", "true", "false", "yes", "no", "on", "off", "none", "null", "-");

  /** Schemes whose addresses may begin with a user and a password. */
  private static final Set<String> WITH_USER = Set.of("http", "https", "ftp", "ftps", "ws", "wss");

  private static final Pattern TOKEN_OF_JSON =
      Pattern.compile("eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]*");

  private static final Pattern HALF = Pattern.compile("\\p{Cs}");

  private static final Pattern DRAWN = Pattern.compile("[A-Za-z0-9._~+/=:-]+");
  private static final Pattern PARTS = Pattern.compile("[-._~+/=:]+");

  private final Map<String, Set<String>> lists;
  private final List<List<String>> together;
  private final String digest;

  private Secrets(String text) {
    Map<String, Set<String>> read = new HashMap<>();
    List<List<String>> pairs = new ArrayList<>();
    text.lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(line -> Arrays.asList(line.strip().split(" +")))
        .forEach(
            words -> {
              List<String> names = words.subList(1, words.size());
              read.computeIfAbsent(words.get(0), kind -> new HashSet<>()).addAll(names);
              if (words.get(0).equals("together")) {
                pairs.add(List.copyOf(names));
              }
            });
    lists = Map.copyOf(read);
    together = List.copyOf(pairs);
    digest = Digests.sha256Hex(text).substring(0, Digests.SHORT_CHARS);
  }

  /** Returns those that this version knows of. */
  static Secrets known() {
    try (InputStream in = Secrets.class.getResourceAsStream("secrets.txt")) {
      return new Secrets(
          new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("the list of secrets is in the bundle", e);
    }
  }

  /** Returns what is the same as long as the list is. */
  String digest() {
    return digest;
  }

  /** Returns the address without secrets; the same object if there are none. */
  String cut(String url) {
    return cut(url, 0);
  }

  private String cut(String url, int nested) {
    int hash = url.indexOf('#');
    String before = hash < 0 ? url : url.substring(0, hash);
    int question = before.indexOf('?');
    String path = question < 0 ? before : before.substring(0, question);
    StringBuilder kept = new StringBuilder(url.length());
    kept.append(cutPath(withoutUser(path)));
    if (question >= 0) {
      kept.append('?').append(cutQuery(before.substring(question + 1), nested));
    }
    if (hash >= 0) {
      kept.append('#').append(cutFragment(url.substring(hash + 1), nested));
    }
    String result = kept.toString();
    return result.equals(url) ? url : result;
  }

  private static String withoutUser(String path) {
    int colon = path.indexOf("://");
    if (colon < 0 || !WITH_USER.contains(path.substring(0, colon).toLowerCase(Locale.ROOT))) {
      return path;
    }
    int start = colon + 3;
    int slash = path.indexOf('/', start);
    int at = path.lastIndexOf('@', slash < 0 ? path.length() : slash);
    return at < start ? path : path.substring(0, start) + path.substring(at + 1);
  }

  // --- The path ---------------------------------------------------------------------------------

  private String cutPath(String path) {
    String[] steps = path.split("/", -1);
    boolean changed = false;
    for (int i = 0; i < steps.length; i++) {
      String step = cutParameters(steps[i]);
      boolean behind = i > 0 && isIn("path", decoded(steps[i - 1]).toLowerCase(Locale.ROOT));
      if (behind && isDrawn(decoded(step))) {
        step = STEP_CUT;
      }
      step = TOKEN_OF_JSON.matcher(step).replaceAll(STEP_CUT);
      changed |= !step.equals(steps[i]);
      steps[i] = step;
    }
    return changed ? String.join("/", steps) : path;
  }

  /** Cuts what follows a semicolon in a step of a path, as in {@code ;jsessionid=…}. */
  private String cutParameters(String step) {
    int semicolon = step.indexOf(';');
    return semicolon < 0
        ? step
        : step.substring(0, semicolon + 1) + cutQuery(step.substring(semicolon + 1), MAX_NESTED);
  }

  // --- Query and fragment -----------------------------------------------------------------------

  private String cutFragment(String fragment, int nested) {
    int question = fragment.indexOf('?');
    if (question >= 0) {
      return cutPath(fragment.substring(0, question))
          + "?"
          + cutQuery(fragment.substring(question + 1), nested);
    }
    return fragment.indexOf('=') >= 0 ? cutQuery(fragment, nested) : cutPath(fragment);
  }

  private String cutQuery(String query, int nested) {
    Set<String> paired = paired(query);
    StringBuilder kept = new StringBuilder(query.length());
    int start = 0;
    while (start <= query.length()) {
      int end = start;
      while (end < query.length() && query.charAt(end) != '&' && query.charAt(end) != ';') {
        end++;
      }
      kept.append(cutParameter(query.substring(start, end), paired, nested));
      if (end < query.length()) {
        kept.append(query.charAt(end));
      }
      start = end + 1;
    }
    return kept.toString();
  }

  private Set<String> paired(String query) {
    Set<String> names = new HashSet<>();
    for (String parameter : query.split("[&;]")) {
      int equals = parameter.indexOf('=');
      if (equals > 0 && equals < parameter.length() - 1) {
        names.add(name(withoutTokens(parameter.substring(0, equals))));
      }
    }
    Set<String> paired = new HashSet<>();
    together.stream().filter(names::containsAll).forEach(paired::addAll);
    return paired;
  }

  private String cutParameter(String parameter, Set<String> paired, int nested) {
    int equals = parameter.indexOf('=');
    if (equals < 0) {
      return withoutTokens(parameter);
    }
    String name = withoutTokens(parameter.substring(0, equals));
    String value = parameter.substring(equals + 1);
    String plain = decoded(value);
    boolean secret = isSecret(name(name), plain, paired);
    return name + "=" + (secret ? "" : cutValue(value, plain, nested));
  }

  private static String withoutTokens(String text) {
    return TOKEN_OF_JSON.matcher(text).replaceAll("");
  }

  private boolean isSecret(String name, String value, Set<String> paired) {
    if (SWITCHES.contains(value.toLowerCase(Locale.ROOT)) || isIn("harmless", name)) {
      return false;
    }
    return isIn("secret", name)
        || paired.contains(name)
        || (isIn("likely", name) && isDrawn(value))
        || (!isIn("likely", name)
            && lists.getOrDefault("suffix", Set.of()).stream().anyMatch(name::endsWith));
  }

  /** A value may be an address itself. */
  private String cutValue(String value, String plain, int nested) {
    if (nested < MAX_NESTED && plain.contains("://")) {
      String cut = cut(plain, nested + 1);
      if (!cut.equals(plain)) {
        String kept = withoutTokens(cut);
        return value.equals(plain) ? kept : encoded(kept);
      }
    }
    return withoutTokens(value);
  }

  private boolean isIn(String list, String name) {
    return lists.getOrDefault(list, Set.of()).contains(name);
  }

  private static String name(String written) {
    String name = decoded(written).toLowerCase(Locale.ROOT);
    int bracket = name.lastIndexOf('[');
    boolean inner = bracket >= 0 && name.endsWith("]") && bracket < name.length() - 2;
    return inner ? name.substring(bracket + 1, name.length() - 1) : name;
  }

  /** Half of a character would become a question mark, which begins a query. */
  private static String encoded(String text) {
    String whole = HALF.matcher(text).replaceAll("\ufffd");
    return URLEncoder.encode(whole, StandardCharsets.UTF_8);
  }

  private static String decoded(String text) {
    if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
      return text;
    }
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }

  /**
   * Tells whether a machine drew a text: letters and digits in one run, or a long run that is no
   * word. Dates, words, and words with hyphens are none.
   */
  static boolean isDrawn(String text) {
    if (text.length() < LEAST_CHARS || !DRAWN.matcher(text).matches()) {
      return false;
    }
    for (String part : PARTS.split(text)) {
      boolean digits = part.chars().anyMatch(Character::isDigit);
      boolean letters = part.chars().anyMatch(Character::isLetter);
      boolean mixedCase =
          part.chars().skip(1).anyMatch(Character::isUpperCase)
              && part.chars().anyMatch(Character::isLowerCase);
      if ((digits && letters && part.length() >= LEAST_MIXED)
          || (mixedCase && part.length() >= LEAST_LONG)
          || (digits && !letters && part.length() >= LEAST_DIGITS)) {
        return true;
      }
    }
    return false;
  }
}
