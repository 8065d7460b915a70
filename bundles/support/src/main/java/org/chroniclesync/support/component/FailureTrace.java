// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.component;

import java.lang.reflect.InvocationTargetException;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The stack trace that the component runtime keeps of a component that did not start. */
public final class FailureTrace {
  private static final String WAITS = "Unable to get service for reference";

  /** The head of a trace, or of a cause in it. */
  private static final Pattern THROWABLE =
      Pattern.compile("(?:Caused by: )?(?<type>[\\w.$]+)(?:: (?<message>.+))?");

  private static final Set<String> WRAPPERS =
      Set.of(
          InvocationTargetException.class.getName(),
          "org.osgi.service.component.ComponentException");

  private FailureTrace() {}

  /**
   * Tells whether the component failed only because another one did; then it says nothing that is
   * new.
   *
   * @param trace the stack trace
   * @return true if so
   */
  public static boolean isConsequence(String trace) {
    return trace.contains(WAITS);
  }

  /**
   * Returns the message of the outermost exception that is not the component runtime's own: a part
   * throws sentences for a person, and their causes are for the log.
   *
   * @param trace the stack trace, which may be empty
   * @return one or more sentences
   */
  public static String sentences(String trace) {
    return trace
        .lines()
        .map(THROWABLE::matcher)
        .filter(Matcher::matches)
        .filter(head -> !WRAPPERS.contains(head.group("type")) && head.group("message") != null)
        .map(head -> head.group("message"))
        .findFirst()
        .orElse("It did not start, and the log says why.");
  }
}
