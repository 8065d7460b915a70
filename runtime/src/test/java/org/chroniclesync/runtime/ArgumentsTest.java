// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
  private static final Set<String> VALUED = Set.of("--data", "--port");
  private static final Set<String> SWITCHES = Set.of("--quiet");

  @Test
  void optionsMayBeRepeatedAndTheLastCounts() throws Exception {
    Arguments arguments = arguments("--data", "a", "--quiet", "word", "--data", "b");

    assertThat(arguments.all("--data")).containsExactly("a", "b");
    assertThat(arguments.last("--data")).isEqualTo("b");
    assertThat(arguments.has("--quiet")).isTrue();
    assertThat(arguments.rest()).containsExactly("word");
    assertThat(arguments.last("--port")).isNull();
  }

  @Test
  void mistakesAreTold() {
    assertThatThrownBy(() -> arguments("--dta", "a")).hasMessageContaining("--dta");
    assertThatThrownBy(() -> arguments("--data")).hasMessageContaining("needs a value");
  }

  @Test
  void numbersKeepTheirRange() throws Exception {
    assertThat(arguments("--port", "80").number("--port", 1, 0, 100)).isEqualTo(80);
    assertThat(arguments().number("--port", 1, 0, 100)).isEqualTo(1);
    for (String wrong : List.of("-1", "101", "x", "")) {
      assertThatThrownBy(() -> arguments("--port", wrong).number("--port", 1, 0, 100))
          .hasMessageContaining("from 0 to 100");
    }
  }

  private static Arguments arguments(String... words) throws ExitException {
    return new Arguments(List.of(words), VALUED, SWITCHES);
  }
}
