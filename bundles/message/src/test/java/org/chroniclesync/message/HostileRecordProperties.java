// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.statistics.Statistics;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.DeviceName;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryDigest;
import org.chroniclesync.api.history.EntryId;
import org.chroniclesync.api.history.PageSummary;
import org.chroniclesync.api.history.UnknownFields;
import org.chroniclesync.api.message.FeedPosition;
import org.chroniclesync.api.message.Hello;
import org.chroniclesync.api.message.MalformedMessageException;
import org.chroniclesync.api.message.Message;
import org.chroniclesync.api.message.MessageCodec;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.Segment;
import org.chroniclesync.api.storage.Bound;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.api.storage.Fingerprint;
import org.chroniclesync.testkits.mutations.Mutations;

/**
 * Messages and records as nodes and clients make them, changed at random. For more than the
 * thousand of each that the build takes: {@code -Djqwik.tries.default=1000000}.
 */
class HostileRecordProperties {
  private static final FeedId FEED = new FeedId("feed");
  private static final int ENTRIES = 300;

  /** What stands before the columns: the message, the segment, two devices. */
  private static final int HEADS = 24;

  /** Plain bytes, entries and texts of a full record come to less than this, whatever it says. */
  private static final long MAX_RECORD_ALLOCATION = 32L << 20;

  /** JSON does not unfold: what it costs grows with its length alone. */
  private static final long MAX_ALLOCATION_A_BYTE = 2_000;

  private static final List<String> TOKENS =
      List.of(
          "\"type\":\"history\",",
          "\"type\":\"sync_response\",",
          "\"type\":\"reconcile\",",
          "\"data\":[",
          "\"data\":{\"history\":[",
          "\"deviceId\":\"\",",
          "\"visitTime\":1e400,",
          "\"lastModified\":-9223372036854775809,",
          "\"node\":{\"version\":1e300,\"feed\":\"f\",\"entries\":1e300},",
          "\"feed\":{\"id\":\"\",\"after\":99999999999999999999},",
          "\"pageContent\":{\"x\":{}},",
          "{},".repeat(1_000),
          "{\"a\":1},".repeat(1_000));

  private final JacksonMessageCodec codec = new JacksonMessageCodec();

  @Property
  void aMessageIsReadOrRefusedWithoutGrowing(@ForAll("messages") byte[] json) {
    assertReadOrRefused(json, codec::decode, (4 << 20) + MAX_ALLOCATION_A_BYTE * json.length);
  }

  @Property
  void aRecordIsUnpackedOrRefusedWithoutGrowing(@ForAll("records") byte[] record) {
    assertReadOrRefused(record, codec::unpack, MAX_RECORD_ALLOCATION);
  }

  @Property
  void whatIsCompressedIsUnpackedOrRefusedWithoutGrowing(@ForAll("columns") byte[] plain) {
    if (plain.length <= MessageCodec.MAX_RECORD_BYTES) {
      assertReadOrRefused(deflated(plain), codec::unpack, MAX_RECORD_ALLOCATION);
    }
  }

  private interface Reader {
    Message read(byte[] bytes) throws MalformedMessageException;
  }

  private static void assertReadOrRefused(byte[] bytes, Reader reader, long maxAllocation) {
    boolean read;
    long before = Allocations.soFar();
    try {
      read = !reader.read(bytes).payload().type().isEmpty();
    } catch (MalformedMessageException e) {
      assertThat(e).hasMessageMatching("[ -~]{1,300}");
      read = false;
    }
    assertThat(Allocations.soFar() - before).as("bytes allocated").isLessThan(maxAllocation);
    Statistics.label("read")
        .collect(read)
        .coverage(coverage -> coverage.check(true).percentage(share -> share > 3));
  }

  @Provide
  Arbitrary<byte[]> messages() throws IOException {
    List<String> inputs = new ArrayList<>(ofOtherClients());
    payloads()
        .filter(payload -> !(payload instanceof Payload.Reconcile))
        .map(payload -> new String(codec.encode(message(payload)), StandardCharsets.UTF_8))
        .forEach(inputs::add);
    return Mutations.ofTexts(inputs, TOKENS).map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> ofOtherClients() throws IOException {
    try (InputStream file =
        HostileRecordProperties.class.getResourceAsStream("/chroniclesync-v1.json")) {
      return new ObjectMapper().readTree(file).get("envelopes").findValuesAsText("plaintext");
    }
  }

  @Provide
  Arbitrary<byte[]> records() throws IOException {
    List<byte[]> inputs = new ArrayList<>();
    try (InputStream file = HostileRecordProperties.class.getResourceAsStream("/packed-v2.json")) {
      for (String hex : new ObjectMapper().readTree(file).findValuesAsText("record")) {
        inputs.add(HexFormat.of().parseHex(hex));
      }
    }
    payloads().map(payload -> codec.pack(message(payload))).forEach(inputs::add);
    return Mutations.ofBytes(inputs);
  }

  /** What lies behind the compression: bytes changed anywhere, or one item made another. */
  @Provide
  Arbitrary<byte[]> columns() {
    List<byte[]> inputs =
        payloads()
            .filter(payload -> payload instanceof Payload.History)
            .map(payload -> plain(codec.pack(message(payload))))
            .toList();
    Arbitrary<byte[]> replaced =
        Combinators.combine(Arbitraries.of(inputs), Arbitraries.doubles().between(0, 1), items())
            .as(HostileRecordProperties::withItem);
    return Arbitraries.frequencyOf(Tuple.of(1, Mutations.ofBytes(inputs)), Tuple.of(2, replaced));
  }

  private static byte[] plain(byte[] packed) {
    try {
      return EntryRecordTest.plain(packed);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static Arbitrary<byte[]> items() {
    Arbitrary<String> texts =
        Arbitraries.of(
            "",
            "-",
            "0",
            "\ud800",
            "x".repeat(129),
            "x".repeat(8_193),
            "x".repeat(300_000),
            "x".repeat(600_000));
    Arbitrary<Long> numbers =
        Arbitraries.oneOf(
            Arbitraries.longs(),
            Arbitraries.longs().between(-2, ENTRIES + 1),
            Arbitraries.of(Long.MIN_VALUE, Long.MAX_VALUE, 1L << 53, -(1L << 53)));
    return Arbitraries.frequencyOf(
        Tuple.of(3, texts.map(text -> item(to -> to.text(text)))),
        Tuple.of(2, numbers.map(number -> item(to -> to.integer(number)))),
        Tuple.of(1, Arbitraries.doubles().map(real -> item(to -> to.real(real)))),
        Tuple.of(
            1, Arbitraries.integers().between(0, ENTRIES).map(size -> item(to -> to.array(size)))),
        Tuple.of(1, Arbitraries.just(item(CborWriter::nothing))));
  }

  private static byte[] item(Consumer<CborWriter> writing) {
    CborWriter to = new CborWriter();
    writing.accept(to);
    return to.toBytes();
  }

  /** Puts an item in the place of another, of which there are several hundred. */
  private static byte[] withItem(byte[] plain, double place, byte[] item) {
    List<Integer> starts = starts(plain);
    // Half of the changes are in what stands before the columns, which is little.
    double at = place < 0.5 ? 2 * place * Math.min(HEADS, starts.size()) : place * starts.size();
    int index = Math.min(starts.size() - 2, (int) at);
    ByteArrayOutputStream changed = new ByteArrayOutputStream();
    changed.write(plain, 0, starts.get(index));
    changed.writeBytes(item);
    changed.write(plain, starts.get(index + 1), plain.length - starts.get(index + 1));
    return changed.toByteArray();
  }

  /** Where each item begins, and where the last ends. */
  private static List<Integer> starts(byte[] plain) {
    List<Integer> starts = new ArrayList<>();
    int at = 0;
    while (at < plain.length) {
      starts.add(at);
      at += length(plain, at);
    }
    starts.add(at);
    return starts;
  }

  private static int length(byte[] plain, int at) {
    int major = (plain[at] & 0xff) >>> Cbor.MAJOR_SHIFT;
    int info = plain[at] & Cbor.INFO_MASK;
    int more = info < Cbor.ONE_BYTE || info > Cbor.EIGHT_BYTES ? 0 : 1 << (info - Cbor.ONE_BYTE);
    long argument = more == 0 ? info : 0;
    for (int i = 1; i <= more; i++) {
      argument = argument << 8 | (plain[at + i] & 0xff);
    }
    return 1 + more + (major == Cbor.BYTES || major == Cbor.TEXT ? (int) argument : 0);
  }

  private static byte[] deflated(byte[] plain) {
    Deflater deflater = new Deflater(6, true);
    deflater.setInput(plain);
    deflater.finish();
    byte[] packed = new byte[plain.length + 64];
    packed[0] = 1;
    packed[1] = 1;
    packed[2] = (byte) (plain.length >> 16);
    packed[3] = (byte) (plain.length >> 8);
    packed[4] = (byte) plain.length;
    int length = deflater.deflate(packed, 5, packed.length - 5);
    deflater.end();
    return Arrays.copyOf(packed, 5 + length);
  }

  private static Message message(Payload payload) {
    return new Message(payload, "account", 1_764_000_000_000L);
  }

  private static Stream<Payload> payloads() {
    Segment segment = new Segment(FEED, 1, 2, 3);
    List<Entry> some = IntStream.range(0, ENTRIES).mapToObj(i -> visit(i, true)).toList();
    List<Entry> others = IntStream.range(0, 5).mapToObj(i -> visit(i, false)).toList();
    EntryId id = new EntryId(some.get(0).device().id(), "7");
    return Stream.of(
        new Payload.Ping(
            1,
            new Hello(
                2, FEED, 7, new Hello.Share(new PeerId("cs-peer"), "A".repeat(86), "B", 1 << 20))),
        new Payload.Pong(1.5, null),
        new Payload.History(some, segment, 0),
        new Payload.History(others, null, 0),
        new Payload.SyncResponse(others, segment, 0),
        new Payload.SyncRequest(OptionalLong.of(5), new FeedPosition(FEED, 9)),
        new Payload.DeviceInfo(some.get(0).device()),
        new Payload.Credit(1 << 20),
        new Payload.DeviceNames(
            List.of(new DeviceName(some.get(0).device().id(), "laptop", "Work", 1, "mine", 2)),
            true),
        new Payload.Other("later", "{\"a\":[1.50,{\"b\":null}]}"),
        new Payload.Reconcile(
            Payload.Reconcile.Step.TURN,
            FEED,
            3,
            List.of(
                new Payload.Reconcile.Skipped(new Bound(1, null)),
                new Payload.Reconcile.Fingerprinted(new Bound(2, id), new Fingerprint(3, 4, 5)),
                new Payload.Reconcile.Listed(
                    new Bound(3.5, null), List.of(new EntryDigest(6, 7), new EntryDigest(8, 9))),
                new Payload.Reconcile.Wanted(Bound.END, List.of(new EntryDigest(10, 11))))));
  }

  private static Entry visit(int i, boolean ofNode) {
    long micros = 1_764_000_000_000_000L + 7_001_003L * i;
    String stem = "01234567-";
    return new Entry(
        new Device(new DeviceId("cs-" + i % 2), "Linux x86_64", "agent", "Firefox", "140"),
        ofNode ? stem + (4_000 + i) + "-" + Long.toString(micros, 36) : String.valueOf(i),
        "https://site.example/page/" + i % 7,
        i % 3 == 0 ? "" : "Page \u00fc " + i,
        micros / 1_000.0,
        i % 4 == 0 ? "0" : stem + (3_000 + i) + "-" + Long.toString(micros - 7_001_003L, 36),
        "link",
        micros / 1_000,
        i % 5 == 0,
        i % 6 == 0 ? new PageSummary("A summary.", 1) : null,
        new UnknownFields(i % 8 == 0 ? "{\"x\":1.50}" : ""));
  }
}
