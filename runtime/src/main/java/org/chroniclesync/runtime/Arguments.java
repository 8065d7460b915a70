// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A command line: options with a value, switches without one, and the remaining words. */
final class Arguments {
  private final Map<String, List<String>> options = new LinkedHashMap<>();
  private final List<String> rest = new ArrayList<>();

  /**
   * Reads a command line.
   *
   * @param args the words after the command
   * @param valued the options that take a value
   * @param switches the options that take none
   * @throws ExitException if an option is unknown, or a value is missing
   */
  Arguments(List<String> args, Set<String> valued, Set<String> switches) throws ExitException {
    for (int i = 0; i < args.size(); i++) {
      String arg = args.get(i);
      if (switches.contains(arg)) {
        options.computeIfAbsent(arg, key -> new ArrayList<>()).add("true");
      } else if (valued.contains(arg)) {
        if (++i == args.size()) {
          throw new ExitException(Exit.USAGE, arg + " needs a value.");
        }
        options.computeIfAbsent(arg, key -> new ArrayList<>()).add(args.get(i));
      } else if (arg.startsWith("-")) {
        throw new ExitException(
            Exit.USAGE, "Unknown option " + arg + ". See help for those that exist.");
      } else {
        rest.add(arg);
      }
    }
  }

  boolean has(String name) {
    return options.containsKey(name);
  }

  List<String> all(String name) {
    return options.getOrDefault(name, List.of());
  }

  @Nullable String last(String name) {
    List<String> values = all(name);
    return values.isEmpty() ? null : values.get(values.size() - 1);
  }

  int number(String name, int absent, int least, int most) throws ExitException {
    String text = last(name);
    if (text == null) {
      return absent;
    }
    try {
      int number = Integer.parseInt(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Refused below, like a number outside the range.
    }
    throw new ExitException(
        Exit.USAGE,
        "%s is %s; it must be a whole number from %,d to %,d.".formatted(name, text, least, most));
  }

  List<String> rest() {
    return List.copyOf(rest);
  }
}
