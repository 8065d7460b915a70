// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The rules of a configuration. They hold for every key of its metatype; a new key is covered
 * without a change to the test.
 *
 * <ol>
 *   <li>Each key is described in sentences, and so is the configuration as a whole.
 *   <li>Each number has a least and a greatest value, both named in its description.
 *   <li>The component starts with the mandatory keys alone.
 *   <li>A number just outside its range is refused: the message names PID, key, value and range,
 *       with or without commas in the numbers.
 *   <li>A text that is not a number is refused: the message names PID, key, value and range.
 *   <li>A word that is not an option is refused: the message names PID, key, value and options.
 *   <li>Without a mandatory key, or with a blank one, the component does not start: the message
 *       names PID and key.
 * </ol>
 *
 * @param <C> the annotation with the keys
 */
public abstract class ConfigurationContract<C> {
  private static final String NOT_A_NUMBER = "twelve";
  private static final String NOT_AN_OPTION = "none-of-these";

  private final Class<C> type;
  private final Metatype metatype;

  /**
   * Makes the test.
   *
   * @param type the annotation with the keys
   */
  protected ConfigurationContract(Class<C> type) {
    this.type = type;
    this.metatype = metatype(type);
  }

  /**
   * Checks a configuration as the component does when it starts.
   *
   * @param configuration the configuration
   * @throws Exception if it is wrong
   */
  protected abstract void activate(C configuration) throws Exception;

  /**
   * Returns good values for the keys that have no default.
   *
   * @return by key
   */
  protected Map<String, Object> mandatory() {
    return Map.of();
  }

  @Test
  void rule1EachKeyIsDescribedInSentences() {
    assertThat(metatype.description()).matches(ConfigurationContract::isSentence, "is a sentence");
    assertThat(metatype.keys())
        .isNotEmpty()
        .allSatisfy(
            key ->
                assertThat(key.description())
                    .as(key.name())
                    .matches(ConfigurationContract::isSentence, "is a sentence"));
  }

  @Test
  void rule2EachNumberHasARangeThatIsTold() {
    assertThat(metatype.keys().stream().filter(Metatype.Key::isNumber))
        .allSatisfy(
            key -> {
              assertThat(key.min()).as("least value of %s", key.name()).isNotNull();
              assertThat(key.max()).as("greatest value of %s", key.name()).isNotNull();
              assertThat(key.description())
                  .as("description of %s", key.name())
                  .contains(key.min() + " to " + key.max());
            });
  }

  @Test
  void rule3StartsWithWhatIsMandatory() {
    assertThat(metatype.keys().stream().filter(Metatype.Key::isMandatory).map(Metatype.Key::name))
        .containsExactlyInAnyOrderElementsOf(mandatory().keySet());
    assertThatCode(() -> activate(with(Map.of()))).doesNotThrowAnyException();
  }

  @TestFactory
  Stream<DynamicTest> rule4ANumberOutsideItsRangeIsRefused() {
    return numbers()
        .flatMap(
            key ->
                outside(key).stream()
                    .map(
                        value ->
                            test(
                                key.name() + " = " + value,
                                key,
                                value,
                                value.toString(),
                                key.min(),
                                key.max())));
  }

  @TestFactory
  Stream<DynamicTest> rule5ATextThatIsNotANumberIsRefused() {
    return numbers()
        .map(
            key ->
                test(
                    key.name() + " = " + NOT_A_NUMBER,
                    key,
                    new NumberFormatException("For input string: \"" + NOT_A_NUMBER + "\""),
                    NOT_A_NUMBER,
                    key.min(),
                    key.max()));
  }

  @TestFactory
  Stream<DynamicTest> rule6AWordThatIsNotAnOptionIsRefused() {
    return metatype.keys().stream()
        .filter(key -> !key.options().isEmpty())
        .map(
            key -> {
              List<String> named = new ArrayList<>(key.options());
              named.add(NOT_AN_OPTION);
              return test(
                  key.name() + " = " + NOT_AN_OPTION,
                  key,
                  NOT_AN_OPTION,
                  named.toArray(String[]::new));
            });
  }

  @TestFactory
  Stream<DynamicTest> rule7WithoutAMandatoryKeyItDoesNotStart() {
    return metatype.keys().stream()
        .filter(Metatype.Key::isMandatory)
        .flatMap(
            key ->
                Stream.of(
                    test(key.name() + " is missing", key, Missing.KEY),
                    test(key.name() + " is blank", key, " ")));
  }

  private enum Missing {
    KEY
  }

  private Stream<Metatype.Key> numbers() {
    return metatype.keys().stream().filter(Metatype.Key::isNumber);
  }

  private DynamicTest test(String name, Metatype.Key key, Object value, @Nullable String... named) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          List<String> expected = new ArrayList<>(List.of(metatype.pid(), key.name()));
          for (String part : named) {
            expected.add(Objects.requireNonNull(part, name));
          }
          Throwable refusal = catchThrowable(() -> activate(with(Map.of(key.name(), value))));
          assertThat(refusal)
              .as("the refusal of " + name)
              .isInstanceOf(IllegalArgumentException.class);
          assertThat(withPlainNumbers(refusal.getMessage()))
              .as("the refusal of " + name)
              .contains(expected);
        });
  }

  /** A message may group the digits of a number as in 65,536. */
  private static String withPlainNumbers(@Nullable String message) {
    return String.valueOf(message).replaceAll("(?<=\\d),(?=\\d{3})", "");
  }

  private static List<Object> outside(Metatype.Key key) {
    long least = Long.parseLong(Objects.requireNonNull(key.min(), key.name()));
    long greatest = Long.parseLong(Objects.requireNonNull(key.max(), key.name()));
    return List.of(typed(key, least - 1), typed(key, greatest + 1));
  }

  private static Object typed(Metatype.Key key, long value) {
    if (key.type().equals("Long")) {
      return value;
    }
    return Math.toIntExact(value);
  }

  /** A wrong value shows itself when it is asked for, as the component runtime has it. */
  private C with(Map<String, Object> changes) {
    Map<String, Object> values = new HashMap<>(mandatory());
    values.putAll(changes);
    Object proxy =
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              Object value = values.getOrDefault(method.getName(), method.getDefaultValue());
              if (value instanceof RuntimeException wrong) {
                throw wrong;
              }
              return value == Missing.KEY ? null : value;
            });
    return type.cast(proxy);
  }

  private static boolean isSentence(String text) {
    boolean begins = !text.isEmpty() && !Character.isLowerCase(text.charAt(0));
    return begins && text.endsWith(".") && text.strip().split(" ").length > 2;
  }

  private static Metatype metatype(Class<?> type) {
    String file = "OSGI-INF/metatype/" + type.getName() + ".xml";
    try (InputStream xml = type.getClassLoader().getResourceAsStream(file)) {
      if (xml == null) {
        throw new IllegalStateException(
            file + " is missing. Has a component @Designate(ocd = " + type.getSimpleName() + ")?");
      }
      List<Metatype> found = Metatype.read(xml);
      if (found.size() != 1) {
        throw new IllegalStateException(file + " belongs to " + found.size() + " components");
      }
      return found.get(0);
    } catch (IOException e) {
      throw new IllegalStateException(file + " cannot be read", e);
    }
  }
}
