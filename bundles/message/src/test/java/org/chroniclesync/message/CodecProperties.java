// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.PageSummary;
import org.chroniclesync.api.history.UnknownFields;
import org.chroniclesync.api.message.MalformedMessageException;
import org.chroniclesync.api.message.Message;
import org.chroniclesync.api.message.Payload;

class CodecProperties {
  private final JacksonMessageCodec codec = new JacksonMessageCodec();

  @Property
  void entriesComeThroughUnchanged(@ForAll("batches") List<Entry> entries) throws Exception {
    Message message = message(entries);

    assertThat(codec.decode(codec.encode(message))).isEqualTo(message);
  }

  @Property
  void sizesAddUp(@ForAll("batches") List<Entry> entries) {
    int empty = codec.encode(message(List.of())).length;
    int sizes = entries.stream().mapToInt(codec::encodedSize).sum();

    // Each entry counts the comma behind it; the last has none.
    assertThat(codec.encode(message(entries)).length)
        .isEqualTo(empty + sizes - (entries.isEmpty() ? 0 : 1));
  }

  @Property
  void anythingIsReadOrRefused(@ForAll byte[] bytes) {
    assertThat(readOrRefuse(bytes)).isTrue();
  }

  @Property
  void aMessageWithDamageIsReadOrRefused(
      @ForAll("batches") List<Entry> entries,
      @ForAll @IntRange(max = 1 << 20) int place,
      @ForAll byte damage) {
    byte[] bytes = codec.encode(message(entries));
    bytes[place % bytes.length] = damage;

    assertThat(readOrRefuse(bytes)).isTrue();
  }

  private boolean readOrRefuse(byte[] bytes) {
    try {
      return codec.decode(bytes).payload().type().length() > 0;
    } catch (MalformedMessageException e) {
      return e.getMessage() != null;
    }
  }

  private static Message message(List<Entry> entries) {
    return new Message(new Payload.History(entries, null, 0), "account", 1_764_000_000_000L);
  }

  @Provide
  Arbitrary<List<Entry>> batches() {
    Arbitrary<String> text =
        Arbitraries.strings()
            .all()
            .ofMaxLength(40)
            .map(raw -> new String(raw.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));
    Arbitrary<String> id = Arbitraries.strings().alpha().numeric().ofMinLength(1).ofMaxLength(20);
    Arbitrary<Double> time = Arbitraries.doubles().between(1e11, 4e12);
    Arbitrary<PageSummary> page =
        Combinators.combine(text, time).as(PageSummary::new).injectNull(0.5);
    Arbitrary<UnknownFields> unknown =
        Arbitraries.of("", "{\"x\":1.50}", "{\"a\":{\"b\":[null]},\"é\":\"ü\"}")
            .map(UnknownFields::new);
    return Combinators.combine(id, id, text, text, time, time.map(Double::longValue), page, unknown)
        .as(
            (device, visit, url, title, visited, modified, summary, more) ->
                new Entry(
                    new Device(new DeviceId(device), title, "agent", "", "1"),
                    visit,
                    url,
                    title,
                    visited,
                    "0",
                    "link",
                    modified,
                    summary == null,
                    summary,
                    more))
        .list()
        .ofMaxSize(5);
  }
}
