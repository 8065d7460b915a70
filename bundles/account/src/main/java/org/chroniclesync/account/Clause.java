// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.account;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.rules.Rule;
import org.chroniclesync.support.addresses.AddressMatch;
import org.jspecify.annotations.Nullable;

/** A rule, understood. Immutable. */
sealed interface Clause {
  /** The most months that can be kept; who wants more keeps everything. */
  int MAX_MONTHS = 1_200;

  /** The rule it was made of. */
  Rule rule();

  /** Leaves out addresses. */
  record LeaveOut(Rule rule, Predicate<Address> matches) implements Clause {}

  /** Keeps visits for a time. */
  record Keep(Rule rule, int months, Subject about, String name) implements Clause {
    /** Tells whether it is about a visit. */
    boolean isAbout(String host, DeviceId device) {
      return switch (about) {
        case ALL -> true;
        case DEVICE -> device.value().equals(name);
        case HOST -> matchesHost(name, host);
      };
    }

    /** Returns from when on visits are kept, milliseconds since 1970. */
    long fromMillis(long nowMillis) {
      return Instant.ofEpochMilli(nowMillis)
          .atZone(ZoneOffset.UTC)
          .minusMonths(months)
          .toInstant()
          .toEpochMilli();
    }
  }

  /** Whose visits are kept for a time; the later wins. */
  enum Subject {
    ALL,
    DEVICE,
    HOST
  }

  /** Switches off that secrets are cut. */
  record KeepSecrets(Rule rule) implements Clause {}

  /** An address, as rules look at it. */
  record Address(String url, String lower, String scheme, String host) {
    static Address of(String url) {
      return new Address(
          url, url.toLowerCase(Locale.ROOT), AddressMatch.schemeOf(url), AddressMatch.hostOf(url));
    }
  }

  /**
   * Understands a rule.
   *
   * @throws IllegalArgumentException if its text makes no sense; the message says what would
   */
  static Clause of(Rule rule) {
    String text = rule.text();
    return switch (rule.kind()) {
      case HOST -> host(rule, text);
      case PATTERN -> pattern(rule, text.toLowerCase(Locale.ROOT));
      case REGEX -> regex(rule, text);
      case SCHEME -> scheme(rule, text.toLowerCase(Locale.ROOT));
      case MONTHS -> Words.months(rule, text);
      case SECRETS -> secrets(rule, text);
    };
  }

  private static Clause host(Rule rule, String text) {
    String name = Words.hostName(text);
    return new LeaveOut(rule, address -> matchesHost(name, address.host()));
  }

  /** Compares a host with a name that may stand for all below it. */
  private static boolean matchesHost(String name, String host) {
    return name.startsWith(AddressMatch.BELOW)
        ? AddressMatch.isAtOrBelow(host, name.substring(AddressMatch.BELOW.length()))
        : host.equals(name);
  }

  private static Clause pattern(Rule rule, String text) {
    return new LeaveOut(rule, address -> AddressMatch.matches(text, address.lower()));
  }

  private static Clause regex(Rule rule, String text) {
    if (Words.repetitions(text) > Words.MAX_REPETITIONS) {
      throw new IllegalArgumentException(
          "The repetitions of this expression multiply to more than "
              + Words.MAX_REPETITIONS
              + "; use * or + instead.");
    }
    try {
      Pattern pattern = Pattern.compile(text);
      return new LeaveOut(rule, address -> pattern.matcher(address.url()).find());
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "That is no regular expression of RE2: " + e.getDescription() + ".", e);
    }
  }

  private static Clause scheme(Rule rule, String text) {
    if (!text.matches("[a-z][a-z0-9+.-]*")) {
      throw new IllegalArgumentException("A scheme is written without a colon, such as ftp.");
    }
    return new LeaveOut(rule, address -> address.scheme().equals(text));
  }

  private static Clause secrets(Rule rule, String text) {
    if (!text.equals("keep")) {
      throw new IllegalArgumentException(
          "Write secrets keep to have secrets kept in addresses; without it they are cut out.");
    }
    return new KeepSecrets(rule);
  }

  /** What rules are made of. */
  final class Words {
    /** More would make a program too large to run for each address. */
    static final int MAX_REPETITIONS = 64;

    private static final java.util.regex.Pattern COUNTED =
        java.util.regex.Pattern.compile("\\{(\\d{1,9})(?:,(\\d{0,9}))?}");

    private static final java.util.regex.Pattern MONTHS =
        java.util.regex.Pattern.compile("(\\d{1,4})(?: (host|device) (\\S+))?");

    private Words() {}

    static String hostName(String text) {
      boolean below = text.startsWith(AddressMatch.BELOW);
      String name = AddressMatch.ascii(below ? text.substring(AddressMatch.BELOW.length()) : text);
      if (!AddressMatch.isHost(name)) {
        throw new IllegalArgumentException(
            "A host is written as example.org, or *.example.org for it and all below it.");
      }
      return below ? AddressMatch.BELOW + name : name;
    }

    /** Multiplies all counts: nested ones multiply indeed, and those side by side do not matter. */
    static long repetitions(String text) {
      long product = 1;
      Matcher counted = COUNTED.matcher(text);
      while (counted.find() && product <= MAX_REPETITIONS) {
        String most = counted.group(2);
        product *= Math.max(1, count(counted.group(1), most));
      }
      return product;
    }

    private static long count(String least, @Nullable String most) {
      return Math.max(
          Long.parseLong(least), most == null || most.isEmpty() ? 0 : Long.parseLong(most));
    }

    static Keep months(Rule rule, String text) {
      Matcher matcher = MONTHS.matcher(text);
      int months = matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
      if (months < 1 || months > MAX_MONTHS) {
        throw new IllegalArgumentException(
            "Write months N, months N host NAME or months N device ID, with N from 1 to "
                + MAX_MONTHS
                + ".");
      }
      String about = matcher.group(2);
      if (about == null) {
        return new Keep(rule, months, Subject.ALL, "");
      }
      String name = matcher.group(3);
      return about.equals("host")
          ? new Keep(rule, months, Subject.HOST, hostName(name))
          : new Keep(rule, months, Subject.DEVICE, name);
    }
  }
}
