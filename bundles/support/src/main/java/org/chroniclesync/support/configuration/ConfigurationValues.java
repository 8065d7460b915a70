// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.configuration;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checks the values of one configuration. Every refusal is an {@link IllegalArgumentException} with
 * a sentence for the person who wrote the configuration: {@code maxPeers of org.chroniclesync.core
 * is 0; it must be a whole number from 1 to 1,000.}
 *
 * <p>Numbers are passed as suppliers, because the component runtime converts a value when it is
 * asked for: the conversion itself may throw.
 *
 * <p>Immutable and safe for use by several threads; no method blocks. Arguments and results are not
 * null unless marked.
 */
public final class ConfigurationValues {
  /** Longest URL that is accepted, in characters. */
  public static final int MAX_URL_CHARS = 2_048;

  private static final int MAX_QUOTED_CHARS = 200;
  private static final int MAX_PORT = 65_535;

  /** What the JDK says about a text that is not a number; the component runtime wraps it. */
  private static final Pattern NOT_A_NUMBER = Pattern.compile("For input string: \"(.*)\"");

  private static final Pattern CONTROL = Pattern.compile("\\p{Cc}");

  private final String pid;

  private ConfigurationValues(String pid) {
    this.pid = pid;
  }

  /**
   * Returns the checks of one configuration.
   *
   * @param pid the PID that refusals name
   * @return the checks
   */
  public static ConfigurationValues of(String pid) {
    return new ConfigurationValues(pid);
  }

  /**
   * Checks a whole number.
   *
   * @param key the key
   * @param value reads the value
   * @param least the least value allowed
   * @param most the greatest value allowed
   * @return the value
   * @throws IllegalArgumentException if it is not a whole number, or outside the range
   */
  public int wholeNumber(String key, IntSupplier value, int least, int most) {
    return (int) wholeNumber(key, (LongSupplier) value::getAsInt, least, most);
  }

  /**
   * Checks a whole number.
   *
   * @param key the key
   * @param value reads the value
   * @param least the least value allowed
   * @param most the greatest value allowed
   * @return the value
   * @throws IllegalArgumentException if it is not a whole number, or outside the range
   */
  public long wholeNumber(String key, LongSupplier value, long least, long most) {
    String allowed = "a whole number from %s to %s".formatted(grouped(least), grouped(most));
    long given;
    try {
      given = value.getAsLong();
    } catch (RuntimeException e) {
      throw refusal(key, notANumber(e), allowed, e);
    }
    if (given < least || given > most) {
      throw refusal(key, grouped(given), allowed, null);
    }
    return given;
  }

  /**
   * Checks a duration.
   *
   * @param key the key
   * @param value reads the value, in milliseconds
   * @param least the least value allowed, in milliseconds
   * @param most the greatest value allowed, in milliseconds
   * @return the duration
   * @throws IllegalArgumentException if it is not a whole number, or outside the range
   */
  public Duration millis(String key, LongSupplier value, long least, long most) {
    return Duration.ofMillis(wholeNumber(key, value, least, most));
  }

  /**
   * Checks that a number is at least as great as that of another key.
   *
   * @param key the key
   * @param value its value
   * @param otherKey the other key
   * @param other the value of the other key
   * @throws IllegalArgumentException if it is less
   */
  public void atLeast(String key, long value, String otherKey, long other) {
    if (value < other) {
      throw related(key, value, "at least " + otherKey, other);
    }
  }

  /**
   * Checks that a number is greater than that of another key.
   *
   * @param key the key
   * @param value its value
   * @param otherKey the other key
   * @param other the value of the other key
   * @throws IllegalArgumentException if it is not
   */
  public void moreThan(String key, long value, String otherKey, long other) {
    if (value <= other) {
      throw related(key, value, "more than " + otherKey, other);
    }
  }

  /**
   * Checks how many values a key has.
   *
   * @param key the key
   * @param count how many it has
   * @param most how many are allowed
   * @throws IllegalArgumentException if there are more
   */
  public void atMost(String key, int count, int most) {
    if (count > most) {
      throw new IllegalArgumentException(
          "%s of %s has %s values; it may have at most %s."
              .formatted(key, pid, grouped(count), grouped(most)));
    }
  }

  /**
   * Checks a choice.
   *
   * @param <T> what is chosen
   * @param key the key
   * @param value the value, or null if there is none
   * @param choices what may be chosen, by the word for it
   * @return the choice
   * @throws IllegalArgumentException if the value is not one of the words
   */
  public <T> T oneOf(String key, @Nullable String value, Map<String, T> choices) {
    T chosen = value == null ? null : choices.get(value);
    if (chosen == null) {
      throw refuse(key, value, listed(List.copyOf(new TreeMap<>(choices).keySet())));
    }
    return chosen;
  }

  /**
   * Checks a path.
   *
   * @param key the key
   * @param value the value, or null if there is none
   * @param allowed what it must be the path of, such as {@code the path of a directory}
   * @return the path, as it was written
   * @throws IllegalArgumentException if there is no value, or the file system has no such paths
   */
  public Path path(String key, @Nullable String value, String allowed) {
    if (value == null || value.isBlank()) {
      throw refuse(key, value, allowed);
    }
    try {
      return Path.of(value.strip());
    } catch (InvalidPathException e) {
      throw refusal(key, quoted(value), allowed, e);
    }
  }

  /**
   * Checks the URL of a service. A refusal does not repeat it: it may hold a secret.
   *
   * @param key the key
   * @param value the value, or null if there is none
   * @param schemes the schemes allowed, in lower case
   * @param allowed what it must be, with an example
   * @return the URL, with a host and without user and fragment
   * @throws IllegalArgumentException if it is not such a URL
   */
  public URI url(String key, @Nullable String value, List<String> schemes, String allowed) {
    if (value == null || value.isBlank()) {
      throw refusal(key, "missing", allowed, null);
    }
    if (value.length() > MAX_URL_CHARS) {
      throw refusal(key, "longer than " + grouped(MAX_URL_CHARS) + " characters", allowed, null);
    }
    URI url;
    try {
      url = new URI(value.strip());
    } catch (URISyntaxException e) {
      // Neither the text nor the exception, which quotes it: a URL may hold a secret.
      throw refusal(key, "not a URL", allowed, null);
    }
    String fault = fault(url, schemes);
    if (fault != null) {
      throw refusal(key, fault, allowed, null);
    }
    return url;
  }

  private static @Nullable String fault(URI url, List<String> schemes) {
    String scheme = url.getScheme();
    if (scheme == null) {
      return "without a scheme";
    }
    if (!schemes.contains(scheme.toLowerCase(Locale.ROOT))) {
      return "of the scheme " + quoted(scheme);
    }
    if (url.getHost() == null) {
      return "without a host";
    }
    if (url.getPort() > MAX_PORT) {
      return "of port " + url.getPort();
    }
    return url.getRawUserInfo() != null || url.getRawFragment() != null
        ? "with a user or a fragment"
        : null;
  }

  /**
   * Makes a refusal.
   *
   * @param key the key
   * @param value the value, or null if there is none
   * @param allowed what it must be, to follow "it must be"
   * @return the exception to throw
   */
  public IllegalArgumentException refuse(String key, @Nullable String value, String allowed) {
    return refusal(
        key, value == null || value.isBlank() ? "missing" : quoted(value), allowed, null);
  }

  /**
   * Makes a refusal of one value among several.
   *
   * @param key the key
   * @param element the value
   * @param allowed what it must be, to follow "each value must be"
   * @return the exception to throw
   */
  public IllegalArgumentException refuseElement(String key, String element, String allowed) {
    return new IllegalArgumentException(
        "%s of %s contains %s; each value must be %s."
            .formatted(key, pid, quoted(element), allowed));
  }

  private IllegalArgumentException related(String key, long value, String relation, long other) {
    return refusal(
        key, grouped(value), "%s, which is %s".formatted(relation, grouped(other)), null);
  }

  private IllegalArgumentException refusal(
      String key, String value, String allowed, @Nullable Throwable cause) {
    return new IllegalArgumentException(
        "%s of %s is %s; it must be %s.".formatted(key, pid, value, allowed), cause);
  }

  private static String notANumber(RuntimeException conversion) {
    String said = String.valueOf(conversion.getMessage());
    Matcher matcher = NOT_A_NUMBER.matcher(said);
    return matcher.find() ? quoted(matcher.group(1)) : "unreadable (" + cut(said) + ")";
  }

  private static String listed(List<String> words) {
    int last = words.size() - 1;
    return last < 1
        ? String.join("", words)
        : String.join(", ", words.subList(0, last)) + " or " + words.get(last);
  }

  private static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String quoted(String text) {
    return '"' + cut(text) + '"';
  }

  /** Shortens what is quoted; a terminal obeys control characters, so none is left. */
  private static String cut(String text) {
    String cut =
        text.length() <= MAX_QUOTED_CHARS ? text : text.substring(0, MAX_QUOTED_CHARS) + "…";
    return CONTROL.matcher(cut).replaceAll("?");
  }
}
