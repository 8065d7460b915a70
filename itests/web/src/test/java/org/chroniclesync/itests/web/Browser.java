// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.web;

import com.fasterxml.jackson.databind.JsonNode;

/** A real browser with one page in it. For one thread. */
interface Browser extends AutoCloseable {
  /** Goes to an address and waits until the page is loaded. */
  void open(String address);

  /**
   * Runs the body of an asynchronous function in the page, in which {@code given} is what is given.
   *
   * @return what it returns
   */
  JsonNode run(String body, Object... given);

  /** Presses keys, one after the other, into whatever has the focus. */
  void press(CharSequence keys);

  /** Makes what is seen of the page as large as this, in CSS pixels. */
  void size(int width, int height);

  /** What is seen, as PNG. */
  byte[] picture();

  @Override
  void close();
}
