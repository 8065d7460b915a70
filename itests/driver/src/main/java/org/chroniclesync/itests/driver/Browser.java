// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.driver;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real browser with one page in it. For one thread. */
public interface Browser extends AutoCloseable {
  /** How long a page may take on a busy machine. */
  Duration PATIENCE = Duration.ofMinutes(3);

  /** How often it is looked at meanwhile. */
  long POLL_MILLIS = 50;

  /** How much of a console is kept. */
  int MAX_CONSOLE_LINES = 1_000;

  /**
   * Goes to an address and waits until the page is loaded.
   *
   * @param address where to
   */
  void open(String address);

  /**
   * Runs the body of an asynchronous function in the page, in which {@code given} is what is given.
   *
   * @param body of the function
   * @param given texts and numbers for it
   * @return what it returns
   */
  JsonNode run(String body, Object... given);

  /**
   * Waits for something to be so in the page. What cannot be asked yet, as that of an element which
   * is not there, is not so.
   *
   * @param what is waited for, in words
   * @param condition an expression, in which {@code main()} is the main part of the page
   * @param given texts and numbers for it
   * @throws AssertionError if it is not so in the end, with what is seen instead
   */
  default void awaits(String what, String condition, Object... given) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    String why = asks(condition, given);
    while (!why.isEmpty()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("%s did not come (%s): %s".formatted(what, why, seen()));
      }
      try {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(what + " did not come before the test was interrupted", e);
      }
      why = asks(condition, given);
    }
  }

  /**
   * Clicks at an element as soon as it is there: between a look and a later click the page may have
   * drawn it anew.
   *
   * @param what is clicked at, in words
   * @param element an expression, in which {@code main()} is the main part of the page
   * @param given texts and numbers for it
   * @throws AssertionError if it does not come, with what is seen instead
   */
  default void click(String what, String element, Object... given) {
    awaits(what, "(found => { found?.click(); return found; })(" + element + ")", given);
  }

  /** Returns why it is not so, or nothing. */
  private String asks(String condition, Object... given) {
    return run(
            "const main = () => document.querySelector('main'); try { return ("
                + condition
                + ") ? '' : 'not so'; } catch (error) { return String(error); }",
            given)
        .asText();
  }

  private String seen() {
    return run("return (document.querySelector('main') ?? document.body)?.innerText ?? '';")
        .asText();
  }

  /**
   * Presses keys, one after the other, into whatever has the focus.
   *
   * @param keys as WebDriver names them
   */
  void press(CharSequence keys);

  /**
   * Makes what is seen of the page as large as this.
   *
   * @param width in CSS pixels
   * @param height in CSS pixels
   */
  void size(int width, int height);

  /**
   * Takes a picture of what is seen.
   *
   * @return a PNG
   */
  byte[] picture();

  /**
   * Tells what the pages have said in the console since the browser started, and what went wrong in
   * them.
   *
   * @return the last lines, at most {@value #MAX_CONSOLE_LINES}
   */
  List<String> console();

  @Override
  void close();
}
