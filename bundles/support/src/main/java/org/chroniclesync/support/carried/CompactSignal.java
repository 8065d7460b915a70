// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.carried;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * An offer or an answer that is carried by hand, as short as a camera likes it: compressed with a
 * dictionary of what all descriptions say ({@code docs/protocol.md}, section 2). An offer with four
 * candidates is a QR code of 57 points a side, and could not be read from a screen as JSON.
 */
public final class CompactSignal {
  private static final String PREFIX = "CS1:";
  private static final byte[] DICTIONARY = dictionary();
  private static final int PIECE_BYTES = 4_096;

  private CompactSignal() {}

  /**
   * Shortens a text.
   *
   * @param signal the JSON of an offer or an answer
   * @return of the characters that a QR code packs most densely
   */
  public static String of(String signal) {
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
    try {
      deflater.setDictionary(DICTIONARY);
      deflater.setInput(signal.getBytes(StandardCharsets.UTF_8));
      deflater.finish();
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      byte[] piece = new byte[PIECE_BYTES];
      while (!deflater.finished()) {
        bytes.write(piece, 0, deflater.deflate(piece));
      }
      return PREFIX + Base45.encode(bytes.toByteArray());
    } finally {
      deflater.end();
    }
  }

  /** Tells whether a text claims to be short, in upper or lower case. */
  public static boolean isCompact(String text) {
    return text.regionMatches(true, 0, PREFIX, 0, PREFIX.length());
  }

  /**
   * Reads a text that {@link #isCompact}.
   *
   * @param compact the text, by anybody
   * @param maxChars how long the signal may be; no more is ever decompressed
   * @return the JSON
   * @throws IllegalArgumentException if it is cut, changed or too long
   */
  public static String read(String compact, int maxChars) {
    byte[] bytes = Base45.decode(compact.substring(PREFIX.length()).toUpperCase(Locale.ROOT));
    Inflater inflater = new Inflater(true);
    try {
      inflater.setDictionary(DICTIONARY);
      inflater.setInput(bytes);
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      byte[] piece = new byte[PIECE_BYTES];
      while (!inflater.finished()) {
        int count = inflater.inflate(piece);
        if ((count == 0 && !inflater.finished()) || text.size() + count > maxChars) {
          throw new IllegalArgumentException("this is cut, or too long");
        }
        text.write(piece, 0, count);
      }
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(text.toByteArray()))
          .toString();
    } catch (DataFormatException | CharacterCodingException e) {
      throw new IllegalArgumentException("this was changed on its way", e);
    } finally {
      inflater.end();
    }
  }

  private static byte[] dictionary() {
    try (InputStream in = CompactSignal.class.getResourceAsStream("signals.dictionary")) {
      if (in == null) {
        throw new IllegalStateException("signals.dictionary is missing in this bundle");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
