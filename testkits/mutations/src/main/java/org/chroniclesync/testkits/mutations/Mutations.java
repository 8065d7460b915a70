// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.mutations;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * Real inputs of a parser with up to four changes each: pieces removed, replaced by what parsers
 * stumble over, by noise or by a piece of another input, single bits flipped, the end cut off.
 */
public final class Mutations {
  private static final int MAX_CHANGES = 4;
  private static final int MAX_PIECE_BYTES = 4_096;

  /** Small, so that most changes leave the rest of the input as it was. */
  private static final int MAX_REMOVED_BYTES = 200;

  /** What JSON and text files of any kind may break on. */
  private static final List<String> TEXT_TOKENS =
      List.of(
          "\"",
          "\\",
          "\\u0000",
          "\\ud800",
          "\0",
          "\r\n",
          "{",
          "}",
          "[",
          "]",
          ",",
          ":",
          "null",
          "true",
          "\"\"",
          "{}",
          "[]",
          "-1",
          "-0.0",
          "1e999",
          "1e-999",
          "9223372036854775808",
          "1" + "0".repeat(400),
          "\ufeff",
          "\u2028",
          "\ud83d\ude80",
          "[".repeat(2_000),
          "{\"a\":".repeat(2_000),
          "A".repeat(5_000));

  /** Numbers at the limits of their types, in either order of bytes. */
  private static final List<byte[]> BYTE_TOKENS =
      List.of(
          new byte[] {0},
          new byte[] {-1},
          new byte[] {0x7f},
          new byte[] {-0x80},
          new byte[] {-1, -1, -1, -1},
          new byte[] {0x7f, -1, -1, -1},
          new byte[] {-0x80, 0, 0, 0},
          new byte[] {-1, -1, -1, -1, -1, -1, -1, -1},
          new byte[] {0x7f, -1, -1, -1, -1, -1, -1, -1},
          new byte[] {-0x80, 0, 0, 0, 0, 0, 0, 0},
          new byte[300]);

  private interface Change {
    byte[] applyTo(byte[] bytes);
  }

  private Mutations() {}

  /**
   * Returns changed inputs.
   *
   * @param inputs at least one, none of them empty
   * @return the inputs with up to four changes, so some unchanged
   */
  public static Arbitrary<byte[]> ofBytes(List<byte[]> inputs) {
    return changed(inputs, BYTE_TOKENS);
  }

  /**
   * Returns changed texts. Half of a change is no character: what it leaves is read with the
   * replacement character, as a socket of texts does.
   *
   * @param inputs at least one, none of them empty
   * @param tokens what this parser in particular may stumble over
   * @return the texts with up to four changes, so some unchanged
   */
  public static Arbitrary<String> ofTexts(List<String> inputs, List<String> tokens) {
    return changed(
            inputs.stream().map(Mutations::bytes).toList(),
            List.of(TEXT_TOKENS, tokens).stream()
                .flatMap(List::stream)
                .map(Mutations::bytes)
                .toList())
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Arbitrary<byte[]> changed(List<byte[]> inputs, List<byte[]> tokens) {
    Arbitrary<Change> changes =
        Arbitraries.frequencyOf(
            Tuple.of(4, replaced(inserted(inputs, tokens))),
            Tuple.of(3, flipped()),
            Tuple.of(1, cut()));
    return Combinators.combine(Arbitraries.of(inputs), changes.list().ofMaxSize(MAX_CHANGES))
        .as(
            (input, all) -> {
              byte[] changed = input;
              for (Change change : all) {
                changed = change.applyTo(changed);
              }
              return changed;
            });
  }

  private static Arbitrary<byte[]> inserted(List<byte[]> inputs, List<byte[]> tokens) {
    return Arbitraries.oneOf(
        Arbitraries.just(new byte[0]),
        Arbitraries.of(tokens),
        Arbitraries.bytes().array(byte[].class).ofMaxSize(8),
        Combinators.combine(Arbitraries.of(inputs), places(), places()).as(Mutations::piece));
  }

  private static byte[] piece(byte[] input, double from, double length) {
    int start = at(from, input);
    return Arrays.copyOfRange(
        input, start, start + (int) (length * Math.min(MAX_PIECE_BYTES, input.length - start)));
  }

  private static Arbitrary<Double> places() {
    return Arbitraries.doubles().between(0, 1);
  }

  private static int at(double place, byte[] bytes) {
    return (int) (place * bytes.length);
  }

  private static Arbitrary<Change> replaced(Arbitrary<byte[]> inserted) {
    Arbitrary<Integer> removed =
        Arbitraries.frequencyOf(
            Tuple.of(3, Arbitraries.integers().between(0, 8)),
            Tuple.of(1, Arbitraries.integers().between(0, MAX_REMOVED_BYTES)));
    return Combinators.combine(places(), removed, inserted)
        .as((place, length, piece) -> bytes -> replace(bytes, at(place, bytes), length, piece));
  }

  private static byte[] replace(byte[] bytes, int from, int removed, byte[] piece) {
    int to = Math.min(bytes.length, from + removed);
    byte[] changed = Arrays.copyOf(bytes, bytes.length - (to - from) + piece.length);
    System.arraycopy(piece, 0, changed, from, piece.length);
    System.arraycopy(bytes, to, changed, from + piece.length, bytes.length - to);
    return changed;
  }

  private static Arbitrary<Change> flipped() {
    return Combinators.combine(places(), Arbitraries.integers().between(0, 7))
        .as(
            (place, bit) ->
                bytes -> {
                  int at = Math.min(at(place, bytes), bytes.length - 1);
                  byte[] changed = bytes.clone();
                  if (at >= 0) {
                    changed[at] ^= (byte) (1 << bit);
                  }
                  return changed;
                });
  }

  private static Arbitrary<Change> cut() {
    return places().map(place -> bytes -> Arrays.copyOf(bytes, at(place, bytes)));
  }
}
