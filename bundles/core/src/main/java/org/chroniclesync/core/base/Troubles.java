// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.base;

import java.util.regex.Pattern;
import org.chroniclesync.api.sync.Part;

/**
 * Makes troubles of the sentences of a part: by the rules of the api their first one says what is
 * wrong, and the others what to do.
 */
public final class Troubles {
  private static final Pattern SENTENCE_END = Pattern.compile("(?<=[.!?])\\s+(?=\\p{Lu})");

  private Troubles() {}

  /**
   * Makes a failure.
   *
   * @param remedy what to do if the sentences do not say it
   */
  public static Part.Failed failed(String sentences, String remedy) {
    String[] parts = SENTENCE_END.split(sentences, 2);
    return new Part.Failed(ended(parts[0]), parts.length == 2 ? parts[1] : remedy);
  }

  private static String ended(String sentence) {
    return sentence.matches(".*[.!?]") ? sentence : sentence + ".";
  }
}
