// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.chroniclesync.api.history.Bounds;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryId;
import org.chroniclesync.api.history.UnknownFields;
import org.chroniclesync.api.message.MalformedMessageException;
import org.chroniclesync.api.message.Message;
import org.chroniclesync.api.message.MessageCodec;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.Segment;
import org.chroniclesync.api.storage.FeedId;
import org.junit.jupiter.api.Test;

class EntryRecordTest {
  private static final Device DEVICE =
      new Device(new DeviceId("cs-0123456789"), "Linux x86_64", "agent", "Firefox", "140");

  private final JacksonMessageCodec codec = new JacksonMessageCodec();

  @Test
  void visitsOfANodeTakeAFewBytes() throws Exception {
    List<Entry> entries = IntStream.range(0, 2_000).mapToObj(EntryRecordTest::visit).toList();
    Message message = message(entries);

    byte[] packed = codec.pack(message);

    assertThat(codec.unpack(packed)).isEqualTo(message);
    assertThat(packed.length).isLessThan(20 * entries.size());
  }

  @Test
  void aDeletionTakesFewBytesAlsoOfVisitsInNoOrder() throws Exception {
    List<Entry> tombstones = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      tombstones.add(visit(i).tombstone(1_790_000_000_000L + 37L * (i / 1_000)));
    }
    Collections.shuffle(tombstones, new Random(1));
    Message message = message(tombstones);

    byte[] packed = codec.pack(message);

    assertThat(codec.unpack(packed)).isEqualTo(message);
    assertThat(packed.length).isLessThan(20 * tombstones.size());
  }

  @Test
  void aTombstoneOfVersion1IsReadWhateverItSays() throws Exception {
    String entry =
        "{\"url\":\"%s\",\"title\":\"t\",\"visitTime\":1,\"visitId\":\"7\",\"deviceId\":\"d\","
            + "\"platform\":\"p\",\"lastModified\":1790000000000,\"deleted\":true,\"starred\":true}";
    for (String url : List.of("", "https://example.org/", "u".repeat(2 * Bounds.MAX_URL_CHARS))) {
      String text =
          "{\"type\":\"history\",\"data\":["
              + entry.formatted(url)
              + "],\"clientId\":\"c\",\"timestamp\":1790000000001}";
      Message read = codec.decode(text.getBytes(StandardCharsets.UTF_8));
      assertThat(((Payload.History) read.payload()).entries())
          .containsExactly(
              Entry.tombstone(new EntryId(new DeviceId("d"), "7"), 1_790_000_000_000L));
    }
  }

  @Test
  void aRecordIsFullWhereItsPackedSizesSayIt() throws Exception {
    Entry entry = visit(1);
    String noise = noise(Bounds.MAX_URL_CHARS);
    Entry big = withUrl(entry, noise);
    List<Entry> many =
        IntStream.range(0, 200).mapToObj(i -> withUrl(entry, i + noise.substring(4))).toList();
    int count = codec.packable(many, 0);
    Message full = message(many.subList(0, count));

    assertThat(count).isBetween(MessageCodec.MAX_RECORD_BYTES / big.url().length() * 9 / 10, 199);
    assertThat(codec.packable(many, 200 - 1)).isOne();
    assertThat(codec.packable(many, 200)).isZero();
    assertThat(codec.unpack(codec.pack(full))).isEqualTo(full);
  }

  @Test
  void whatIsTooLongIsNotPacked() {
    Entry big = withUrl(visit(1), "x".repeat(Bounds.MAX_URL_CHARS));
    List<Entry> tooBig =
        IntStream.range(0, 140).mapToObj(i -> withUrl(big, i + big.url().substring(3))).toList();

    assertThatThrownBy(() -> codec.pack(message(tooBig)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1048576");
    assertThatThrownBy(() -> codec.pack(message(Collections.nCopies(10_001, big))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at most 10000");
    assertThatThrownBy(
            () -> codec.pack(new Message(message(List.of()).payload(), "x".repeat(129), 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("sender");
  }

  @Test
  void aShortRecordDoesNotBecomeALongListOfLongUrls() {
    CborWriter to = begun(1_000);
    to.integer(0); // every URL is new
    to.array(1_000); // and is all of the one before
    to.integer(0);
    IntStream.range(1, 1_000).forEach(i -> to.integer(1));
    to.integer(Bounds.MAX_URL_CHARS);
    to.array(1_000);
    to.text("x".repeat(Bounds.MAX_URL_CHARS));
    IntStream.range(1, 1_000).forEach(i -> to.text(""));

    assertRefused(to, "URL");
  }

  @Test
  void aShortRecordDoesNotBecomeManyLongVisitIds() {
    CborWriter to = new CborWriter();
    to.integer(0);
    to.text("");
    to.integer(0);
    to.nothing();
    to.integer(400);
    to.array(1);
    to.array(6);
    IntStream.range(0, 5).forEach(i -> to.text("d"));
    to.text("x".repeat(100_000)); // what all ids of the device begin with
    to.integer(0);
    for (int column = 0; column < 2; column++) { // times and visit ids
      to.array(400);
      IntStream.range(0, 400).forEach(i -> to.integer(1));
    }
    assertRefused(to, "what visit ids begin with"); // and loads what an assertion needs
    byte[] packed = stored(to);
    long before = Allocations.soFar();

    Throwable refused = catchThrowable(() -> codec.unpack(packed));

    assertThat(Allocations.soFar() - before).isLessThan(4 << 20);
    assertThat(refused).isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void aBombIsRefusedBeforeItIsUnpacked() {
    byte[] bomb = new byte[2_000_000];
    byte[] deflated = deflated(bomb);
    byte[] packed = new byte[deflated.length + 5];
    System.arraycopy(deflated, 0, packed, 5, deflated.length);
    packed[0] = 1;
    packed[1] = 1;

    for (int length : new int[] {0, 1, 1 << 20, 0xffffff}) {
      packed[2] = (byte) (length >> 16);
      packed[3] = (byte) (length >> 8);
      packed[4] = (byte) length;
      assertThatThrownBy(() -> codec.unpack(packed))
          .isInstanceOf(MalformedMessageException.class)
          .hasMessageContaining("bytes");
    }
  }

  @Test
  void lengthsThatAreNotThereAreRefused() {
    for (int head : new int[] {0x9a, 0x7a, 0x5a}) {
      byte[] packed = {1, 0, 0, 0, 10, 0, (byte) head, 0x7f, -1, -1, -1, 0, 0, 0, 0};
      assertThatThrownBy(() -> codec.unpack(packed)).isInstanceOf(MalformedMessageException.class);
    }
  }

  private void assertRefused(CborWriter to, String reason) {
    byte[] packed = stored(to);
    assertThatThrownBy(() -> codec.unpack(packed))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining(reason);
  }

  private static byte[] stored(CborWriter to) {
    byte[] packed = new byte[to.length() + 5];
    System.arraycopy(to.buffer(), 0, packed, 5, to.length());
    packed[0] = 1;
    packed[2] = (byte) (to.length() >> 16);
    packed[3] = (byte) (to.length() >> 8);
    packed[4] = (byte) to.length();
    return packed;
  }

  /** All columns before those of the URLs. */
  private static CborWriter begun(int count) {
    CborWriter to = new CborWriter();
    to.integer(0);
    to.text("");
    to.integer(0);
    to.nothing();
    to.integer(count);
    to.array(1);
    to.array(6);
    IntStream.range(0, 5).forEach(i -> to.text("d"));
    to.nothing();
    to.integer(0);
    to.array(count);
    IntStream.range(0, count).forEach(i -> to.integer(1));
    to.array(count);
    IntStream.range(0, count).forEach(i -> to.integer(1));
    to.array(count);
    IntStream.range(0, count).forEach(i -> to.integer(0));
    to.integer(0);
    to.array(1);
    to.text("link");
    to.integer(0);
    to.integer(0);
    return to;
  }

  static byte[] plain(byte[] packed) throws Exception {
    if (packed[1] == 0) {
      return Arrays.copyOfRange(packed, 5, packed.length);
    }
    Inflater inflater = new Inflater(true);
    inflater.setInput(packed, 5, packed.length - 5);
    byte[] plain =
        new byte[((packed[2] & 0xff) << 16) | ((packed[3] & 0xff) << 8) | (packed[4] & 0xff)];
    assertThat(inflater.inflate(plain)).isEqualTo(plain.length);
    inflater.end();
    return plain;
  }

  private static byte[] deflated(byte[] bytes) {
    Deflater deflater = new Deflater(9, true);
    deflater.setInput(bytes);
    deflater.finish();
    byte[] deflated = new byte[bytes.length];
    int length = deflater.deflate(deflated);
    deflater.end();
    return Arrays.copyOf(deflated, length);
  }

  private static String noise(int length) {
    return new Random(7)
        .ints(length, ' ', '~')
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static Message message(List<Entry> entries) {
    return new Message(
        new Payload.History(entries, new Segment(new FeedId("feed"), 1, 2, 3), 0),
        "account",
        1_764_000_000_000L);
  }

  private static Entry visit(int i) {
    long micros = 1_764_000_000_000_000L + 7_001_003L * i;
    return new Entry(
        DEVICE,
        "01234567-" + (4_000 + i) + "-" + Long.toString(micros, 36),
        "https://site.example/page/" + i,
        "Page " + i,
        micros / 1_000.0,
        i % 3 == 0 ? "0" : "01234567-" + (3_999 + i) + "-" + Long.toString(micros - 7_001_003L, 36),
        "link",
        micros / 1_000,
        false,
        null,
        UnknownFields.NONE);
  }

  private static Entry withUrl(Entry entry, String url) {
    return new Entry(
        entry.device(),
        entry.visitId(),
        url,
        entry.title(),
        entry.visitTimeMillis(),
        entry.referringVisitId(),
        entry.transition(),
        entry.lastModifiedMillis(),
        entry.deleted(),
        entry.page(),
        entry.unknown());
  }
}
