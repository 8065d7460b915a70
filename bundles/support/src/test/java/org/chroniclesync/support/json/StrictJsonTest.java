// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrictJsonTest {
  private static final int MAX_STRING_CHARS = 2_000;
  private static final JsonFactory FACTORY = StrictJson.factory(2, MAX_STRING_CHARS);

  @Test
  void whatKeepsToTheBoundsIsRead() throws Exception {
    String name = "n".repeat(StrictJson.MAX_NAME_CHARS);
    String number = "1".repeat(StrictJson.MAX_NUMBER_CHARS);

    String text = "t".repeat(MAX_STRING_CHARS);
    assertThat(tokens("{\"a\":[\"" + text + "\"],\"" + name + "\":" + number + "}")).isEqualTo(8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{\"a\":1,\"a\":2}", "[[[1]]]", "[1,]", "{a:1}", "// a comment\n1", "NaN"})
  void whatIsTwofoldOrTooBigOrNotJsonIsRefused(String text) {
    assertThatThrownBy(() -> tokens(text)).isInstanceOf(IOException.class);
  }

  @Test
  void aLongStringIsRefused() {
    String text = "t".repeat(MAX_STRING_CHARS + 1);

    assertThatThrownBy(() -> tokens("[\"" + text + "\"]")).isInstanceOf(IOException.class);
  }

  @Test
  void aLongNameIsRefused() {
    String name = "n".repeat(StrictJson.MAX_NAME_CHARS + 1);

    assertThatThrownBy(() -> tokens("{\"" + name + "\":1}")).isInstanceOf(IOException.class);
  }

  @Test
  void aLongNumberIsRefused() {
    String number = "1".repeat(StrictJson.MAX_NUMBER_CHARS + 1);

    assertThatThrownBy(() -> tokens("[" + number + "]")).isInstanceOf(IOException.class);
  }

  @Test
  void aRefusalDoesNotQuoteTheText() {
    assertThatThrownBy(() -> tokens("{\"password\":\"secret\",,"))
        .isInstanceOf(IOException.class)
        .hasMessageNotContaining("secret");
  }

  private static int tokens(String text) throws IOException {
    int count = 0;
    try (JsonParser parser = FACTORY.createParser(text)) {
      while (parser.nextToken() != null) {
        if (parser.currentToken().isNumeric()) {
          parser.getNumberValue();
        } else {
          parser.getText();
        }
        count++;
      }
    }
    return count;
  }
}
