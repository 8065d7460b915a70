// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.crypto;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** Makes and checks mnemonics of 24 words of the BIP-39 English list. Safe for any thread. */
@ProviderType
public interface Mnemonics {
  /**
   * Makes a mnemonic of 256 random bits with a right checksum.
   *
   * @return 24 words with one blank between; the caller wipes it after use
   */
  char[] create();

  /**
   * Checks what a person typed. Case and white space are forgiven.
   *
   * @param phrase what was typed; not changed
   * @return what it is
   */
  Check check(char[] phrase);

  /** What a phrase turned out to be. */
  @ProviderType
  sealed interface Check {
    /**
     * A phrase that can be used.
     *
     * @param checksum false if the checksum is wrong, which existing clients never cared for: use
     *     it, and tell the person
     * @param phrase the phrase in its one form; the receiver wipes it after use
     */
    @SuppressWarnings("ArrayRecordComponent") // a secret that must be wiped is no String
    @ProviderType
    record Usable(boolean checksum, char[] phrase) implements Check {
      /** Returns nothing of the phrase. */
      @Override
      public String toString() {
        return "Usable[checksum=" + checksum + "]";
      }
    }

    /**
     * Not 24 words.
     *
     * @param words how many there are
     */
    @ProviderType
    record WrongLength(int words) implements Check {}

    /**
     * Words that are not in the list.
     *
     * @param words the wrong words, in order
     */
    @ProviderType
    record Misspelt(List<WrongWord> words) implements Check {
      /** Copies the list. */
      public Misspelt {
        words = List.copyOf(words);
      }
    }
  }

  /**
   * A word that is not in the list.
   *
   * @param position its place in the phrase, from 1
   * @param word the word as typed
   * @param likely the words it was likely meant to be, likeliest first, at most three; may be empty
   */
  @ProviderType
  record WrongWord(int position, String word, List<String> likely) {
    /** Copies the list. */
    public WrongWord {
      likely = List.copyOf(likely);
    }
  }
}
