// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.driver;

import com.fasterxml.jackson.databind.JsonNode;

/** A real browser with one page in it. For one thread. */
public interface Browser extends AutoCloseable {
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

  @Override
  void close();
}
