// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.crypto.bouncycastle;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.chroniclesync.api.crypto.CodeAgreement;
import org.chroniclesync.api.crypto.ShortCodes;
import org.chroniclesync.api.discovery.Credentials;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.chroniclesync.support.mnemonic.WordList;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Short codes by J-PAKE (RFC 8236). Public only because the component runtime makes it. */
@Component
public final class JpakeCodes implements ShortCodes {
  private static final int WORDS = 2;

  /** Longest text that is looked at. */
  private static final int MAX_TYPED_CHARS = 200;

  private final WordList list = new WordList();
  private final Corrections corrections = new Corrections(list.all());
  private final AesGcm cipher = AesGcm.jdk();
  private final SecureRandom random = new SecureRandom();

  /** Reads the word list. */
  @Activate
  public JpakeCodes() {}

  @Override
  public String words() {
    List<String> drawn = new ArrayList<>();
    for (int i = 0; i < WORDS; i++) {
      drawn.add(list.word(random.nextInt(WordList.SIZE)));
    }
    return String.join("-", drawn);
  }

  @Override
  public String check(String typed) {
    String bounded = typed.substring(0, Math.min(typed.length(), MAX_TYPED_CHARS));
    String[] words = bounded.toLowerCase(Locale.ROOT).replaceAll("[^a-z]+", " ").strip().split(" ");
    if (words.length != WORDS) {
      throw new IllegalArgumentException(
          "A code is a number and two words, such as 4213-ocean-rabbit.");
    }
    for (String word : words) {
      requireKnown(word);
    }
    return String.join("-", words);
  }

  private void requireKnown(String word) {
    if (list.all().contains(word)) {
      return;
    }
    String shown = word.substring(0, Math.min(word.length(), 32));
    List<String> likely = word.length() > 32 ? List.of() : corrections.of(word);
    throw new IllegalArgumentException(
        "'"
            + shown
            + "' is in no code"
            + (likely.isEmpty() ? "" : "; likely " + String.join(" or ", likely))
            + ". Nothing was tried, and the code is still good.");
  }

  @Override
  public Credentials credentials() {
    return new AccountCredentials(drawnKey(), drawnKey());
  }

  private SigningKey drawnKey() {
    byte[] seed = new byte[SigningKey.SEED_BYTES];
    random.nextBytes(seed);
    return new SigningKey(seed);
  }

  @Override
  public CodeAgreement begin(
      boolean inviting, RoomId room, PeerId self, PeerId peer, String words) {
    return begin(inviting, room, self, peer, words, random);
  }

  /** With numbers that a test vector knows. */
  CodeAgreement begin(
      boolean inviting, RoomId room, PeerId self, PeerId peer, String words, SecureRandom numbers) {
    return new JpakeAgreement(
        new JpakeAgreement.Meeting(
            inviting, room, inviting ? self : peer, inviting ? peer : self, words),
        cipher,
        numbers);
  }
}
