// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.files;

import java.io.FilterInputStream;
import java.io.InputStream;

/** A part of a stream that goes on behind it. */
final class Unclosed extends FilterInputStream {
  private Unclosed(InputStream in) {
    super(in);
  }

  static InputStream of(InputStream in) {
    return new Unclosed(in);
  }

  @Override
  public void close() {
    // Whoever opened the whole closes it.
  }
}
