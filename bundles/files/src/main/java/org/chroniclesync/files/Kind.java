// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.files;

/**
 * What a file is, as far as its visits are concerned.
 *
 * @param format what it is, for a person
 * @param browser the name of the browser that its visits are of, or of the program that kept them
 * @param grainMillis how roughly its times are counted, in milliseconds; 0 if they have all digits
 *     that a browser gives them
 */
record Kind(String format, String browser, long grainMillis) {
  static final long EXACT = 0;
  static final long MILLIS = 1;
  static final long SECONDS = 1_000;
}
