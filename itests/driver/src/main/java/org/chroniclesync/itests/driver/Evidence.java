// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.driver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.IncompleteExecutionException;

/**
 * What is left of a test that fails with a browser: in {@code target/failures} a picture of each
 * page, its document, what it said in its console, and the logs; in the message the last lines of
 * both. A machine that runs the tests shows little else. Register it with the test; whatever it is
 * told of must be closed after the test method, not in it. For one thread.
 */
public final class Evidence
    implements TestExecutionExceptionHandler, LifecycleMethodExecutionExceptionHandler {
  private static final Path FOLDER = Path.of("target", "failures");
  private static final int LAST_LINES = 5;
  private static final int MAX_LINE_CHARS = 300;

  private final Map<String, Browser> browsers = new LinkedHashMap<>();
  private final Map<String, Log> logs = new LinkedHashMap<>();

  /** Something that is read when a test has failed. */
  @FunctionalInterface
  public interface Log {
    /**
     * Reads all of it.
     *
     * @return its lines
     * @throws IOException if it cannot be read
     */
    List<String> read() throws IOException;
  }

  /**
   * Looks at a browser when a test fails.
   *
   * @param name by which it is told from others; a later one takes its place
   * @param browser to look at
   * @return the browser
   */
  public Browser of(String name, Browser browser) {
    browsers.put(name, browser);
    return browser;
  }

  /**
   * Keeps a log when a test fails.
   *
   * @param name by which it is told from others; a later one takes its place
   * @param log to keep
   */
  public void log(String name, Log log) {
    logs.put(name, log);
  }

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable thrown)
      throws Throwable {
    throw with(context, thrown);
  }

  @Override
  public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable thrown)
      throws Throwable {
    throw with(context, thrown);
  }

  @Override
  public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable thrown)
      throws Throwable {
    throw with(context, thrown);
  }

  private Throwable with(ExtensionContext context, Throwable thrown) {
    if (thrown instanceof IncompleteExecutionException) {
      return thrown; // skipped
    }
    String test =
        context.getRequiredTestClass().getSimpleName()
            + context.getTestMethod().map(method -> "." + method.getName()).orElse("");
    List<String> said = new ArrayList<>();
    browsers.forEach((name, browser) -> said.addAll(seen(test + "-" + name, name, browser)));
    logs.forEach((name, log) -> said.addAll(logged(test + "-" + name, name, log)));
    return new AssertionError(thrown + "\n" + String.join("\n", said), thrown);
  }

  /** A browser that has ended, or hangs, is evidence, too. */
  private static List<String> seen(String file, String name, Browser browser) {
    List<String> said = new ArrayList<>();
    try {
      String document =
          browser
              .run("return location.href + '\\n' + document.documentElement.outerHTML;")
              .asText();
      said.add(name + " is at " + document.lines().findFirst().orElse("no address") + ":");
      keep(file + ".html", document.getBytes(StandardCharsets.UTF_8));
      List<String> console = browser.console();
      keep(file + ".console.txt", console);
      said.addAll(last(console));
      keep(file + ".png", browser.picture());
      said.add("see " + FOLDER.resolve(file) + ".*");
    } catch (RuntimeException | AssertionError e) {
      said.add(name + " does not answer: " + cut(String.valueOf(e.getMessage())));
    }
    return said;
  }

  private static List<String> logged(String file, String name, Log log) {
    List<String> said = new ArrayList<>();
    try {
      List<String> lines = log.read();
      keep(file + ".log", lines);
      said.add("the log of " + name + " ends with:");
      said.addAll(last(lines));
    } catch (IOException | RuntimeException e) {
      said.add("the log of " + name + " cannot be read: " + e.getMessage());
    }
    return said;
  }

  private static List<String> last(List<String> lines) {
    return lines.stream()
        .skip(Math.max(0, lines.size() - LAST_LINES))
        .map(line -> "  " + cut(line))
        .toList();
  }

  private static String cut(String line) {
    return line.length() <= MAX_LINE_CHARS ? line : line.substring(0, MAX_LINE_CHARS) + "…";
  }

  private static void keep(String file, List<String> lines) {
    keep(file, String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
  }

  private static void keep(String file, byte[] bytes) {
    try {
      Files.createDirectories(FOLDER);
      Files.write(FOLDER.resolve(file), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
