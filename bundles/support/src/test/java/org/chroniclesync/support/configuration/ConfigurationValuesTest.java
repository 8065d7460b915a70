// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationValuesTest {
  private static final String ALLOWED = "a URL such as wss://host:8080/";

  private final ConfigurationValues values = ConfigurationValues.of("org.example");

  @Test
  void aNumberInItsRangeIsReturned() {
    assertThat(values.wholeNumber("peers", () -> 1, 1, 1_000)).isEqualTo(1);
    assertThat(values.wholeNumber("peers", () -> 1_000L, 1L, 1_000L)).isEqualTo(1_000L);
    assertThat(values.millis("wait", () -> 20, 0, 100)).isEqualTo(Duration.ofMillis(20));
  }

  @Test
  void aNumberOutsideItsRangeIsNamedWithKeyPidAndRange() {
    refused(
        () -> values.wholeNumber("peers", () -> 0, 1, 1_000),
        "peers of org.example is 0; it must be a whole number from 1 to 1,000.");
    refused(
        () -> values.wholeNumber("bytes", () -> 1L << 40, 1L, 65_536L),
        "bytes of org.example is 1,099,511,627,776; it must be a whole number from 1 to 65,536.");
  }

  @Test
  void aTextThatIsNotANumberIsQuoted() {
    refused(
        () -> values.wholeNumber("peers", () -> Integer.parseInt("twelve"), 1, 9),
        "peers of org.example is \"twelve\"; it must be a whole number from 1 to 9.");
    refused(
        () -> values.wholeNumber("peers", () -> Integer.parseInt("99999999999"), 1, 9),
        "peers of org.example is \"99999999999\"; it must be a whole number from 1 to 9.");
  }

  @Test
  void theNumberThatTheComponentRuntimeCouldNotConvertIsQuoted() {
    IntSupplier wrapped =
        () -> {
          throw new IllegalStateException(
              "java.lang.NumberFormatException: For input string: \"twelve\"");
        };
    refused(
        () -> values.wholeNumber("peers", wrapped, 1, 9),
        "peers of org.example is \"twelve\"; it must be a whole number from 1 to 9.");
  }

  @Test
  void anotherFailureOfTheConversionIsTold() {
    LongSupplier broken =
        () -> {
          throw new IllegalStateException("no converter");
        };
    refused(
        () -> values.wholeNumber("peers", broken, 1, 9),
        "peers of org.example is unreadable (no converter);"
            + " it must be a whole number from 1 to 9.");
  }

  @Test
  void aNumberIsComparedWithAnother() {
    values.atLeast("most", 5, "least", 5);
    values.moreThan("most", 6, "least", 5);
    refused(
        () -> values.atLeast("most", 4, "least", 5_000),
        "most of org.example is 4; it must be at least least, which is 5,000.");
    refused(
        () -> values.moreThan("most", 5, "least", 5),
        "most of org.example is 5; it must be more than least, which is 5.");
  }

  @Test
  void valuesAreCounted() {
    values.atMost("servers", 16, 16);
    refused(
        () -> values.atMost("servers", 17, 16),
        "servers of org.example has 17 values; it may have at most 16.");
  }

  @Test
  void aWordThatIsNotAChoiceIsAnsweredWithTheChoices() {
    Map<String, Integer> choices = Map.of("jdk", 1, "bouncycastle", 2, "none", 3);

    assertThat(values.oneOf("provider", "jdk", choices)).isEqualTo(1);
    refused(
        () -> values.oneOf("provider", "JDK", choices),
        "provider of org.example is \"JDK\"; it must be bouncycastle, jdk or none.");
    refused(
        () -> values.oneOf("provider", null, choices),
        "provider of org.example is missing; it must be bouncycastle, jdk or none.");
  }

  @Test
  void aPathMustBeThere() {
    assertThat(values.path("file", " a/b ", "the path of a file")).isEqualTo(Path.of("a/b"));
    refused(
        () -> values.path("file", " ", "the path of a file"),
        "file of org.example is missing; it must be the path of a file.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> values.path("file", "a\0b", "the path of a file"))
        .withMessageContaining("it must be the path of a file.");
  }

  @Test
  void aUrlIsReturned() {
    assertThat(url("WSS://host:8080/room")).isEqualTo(URI.create("WSS://host:8080/room"));
  }

  @ParameterizedTest
  @CsvSource({
    "'', missing",
    "ws://ho st/secret, not a URL",
    "//host/secret, without a scheme",
    "http://host/secret, of the scheme \"http\"",
    "ws:secret, without a host",
    "ws:///secret, without a host",
    "ws://host:65536/secret, of port 65536",
    "ws://host/#secret, with a user or a fragment",
    "ws://user:secret@host/, with a user or a fragment"
  })
  void aUrlThatIsRefusedIsNotRepeated(String value, String fault) {
    refused(() -> url(value), "url of org.example is " + fault + "; it must be " + ALLOWED + ".");
  }

  @Test
  void aLongUrlIsNotRead() {
    refused(
        () -> url("ws://" + "h".repeat(100_000)),
        "url of org.example is longer than 2,048 characters; it must be " + ALLOWED + ".");
  }

  @Test
  void aLongValueIsCut() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> values.oneOf("provider", "x".repeat(100_000), Map.of("jdk", 1)))
        .satisfies(refusal -> assertThat(refusal.getMessage()).hasSizeLessThan(400));
  }

  @Test
  void aValueAmongSeveralIsNamed() {
    assertThat(values.refuseElement("hosts", "a/b", "a host name"))
        .hasMessage("hosts of org.example contains \"a/b\"; each value must be a host name.");
  }

  private URI url(String value) {
    return values.url("url", value, List.of("ws", "wss"), ALLOWED);
  }

  private static void refused(ThrowingCallable check, String sentence) {
    assertThatIllegalArgumentException().isThrownBy(check).withMessage(sentence);
  }
}
