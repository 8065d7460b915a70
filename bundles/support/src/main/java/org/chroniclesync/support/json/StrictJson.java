// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;

/**
 * Makes factories of parsers for JSON that a stranger wrote. A parser refuses an object that names
 * a member twice, since two readers could take two different ones (RFC 8259, section 4), and
 * whatever exceeds a bound. It keeps nothing of what it read: no names in tables that outlive it,
 * no source in its exceptions.
 */
public final class StrictJson {
  /** Longest name of a member, in characters. */
  public static final int MAX_NAME_CHARS = 256;

  /** Longest number, in characters. */
  public static final int MAX_NUMBER_CHARS = 1_000;

  private StrictJson() {}

  /**
   * Makes a factory.
   *
   * @param maxDepth how deep objects and arrays may be nested
   * @param maxStringChars longest string, in characters
   * @return a factory that several threads may use
   */
  public static JsonFactory factory(int maxDepth, int maxStringChars) {
    return JsonFactory.builder()
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
        .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(maxDepth)
                .maxNameLength(MAX_NAME_CHARS)
                .maxNumberLength(MAX_NUMBER_CHARS)
                .maxStringLength(maxStringChars)
                .build())
        .build();
  }
}
