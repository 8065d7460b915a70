// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
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
import org.chroniclesync.api.history.EntryDigest;
import org.chroniclesync.api.history.EntryId;
import org.chroniclesync.api.history.PageSummary;
import org.chroniclesync.api.history.UnknownFields;
import org.chroniclesync.api.message.MalformedMessageException;
import org.chroniclesync.api.message.Message;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.Payload.Reconcile.Fingerprinted;
import org.chroniclesync.api.message.Payload.Reconcile.Listed;
import org.chroniclesync.api.message.Payload.Reconcile.Part;
import org.chroniclesync.api.message.Payload.Reconcile.Skipped;
import org.chroniclesync.api.message.Payload.Reconcile.Step;
import org.chroniclesync.api.message.Payload.Reconcile.Wanted;
import org.chroniclesync.api.message.Segment;
import org.chroniclesync.api.storage.Bound;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.api.storage.Fingerprint;

class PackedProperties {
  private static final FeedId FEED = new FeedId("feed");

  private final JacksonMessageCodec codec = new JacksonMessageCodec();

  @Property(tries = 400)
  void anyEntriesComeThroughUnchanged(
      @ForAll("batches") List<Entry> entries, @ForAll boolean asked, @ForAll boolean covers)
      throws Exception {
    Segment segment = covers ? new Segment(FEED, 1, 2, Long.MAX_VALUE) : null;
    Message message =
        new Message(
            asked
                ? new Payload.SyncResponse(entries, segment, 0)
                : new Payload.History(entries, segment, 0),
            "account",
            Long.MIN_VALUE);

    assertThat(codec.unpack(codec.pack(message))).isEqualTo(message);
  }

  @Property(tries = 400)
  void whatIsSaidToFitFits(
      @ForAll("batches") List<Entry> entries, @ForAll @IntRange(max = 20_000) int bytes) {
    int fitting = EntryPacker.fitting(entries, 0, bytes);
    CborWriter to = new CborWriter();

    EntryPacker.write(entries.subList(0, fitting), to);

    assertThat(fitting).isBetween(Math.min(1, entries.size()), entries.size());
    if (fitting > 1) {
      assertThat(to.length()).isLessThanOrEqualTo(64 + bytes);
    }
  }

  @Property
  void whatIsComparedComesThroughUnchanged(@ForAll("comparisons") Payload.Reconcile reconcile)
      throws Exception {
    Message message = new Message(reconcile, "", 1_764_000_000_000L);

    assertThat(codec.unpack(codec.pack(message))).isEqualTo(message);
  }

  @Property
  void anythingIsUnpackedOrRefused(@ForAll byte[] bytes, @ForAll @IntRange(max = 2) int kind) {
    byte[] packed = Arrays.copyOf(bytes, bytes.length + 1);
    packed[bytes.length] = packed[0];
    packed[0] = (byte) kind;

    assertThat(isUnpackedOrRefused(packed)).isTrue();
  }

  @Property
  void plainBytesAreUnpackedOrRefused(@ForAll byte[] bytes) {
    assertThat(isUnpackedOrRefused(stored(bytes))).isTrue();
  }

  @Property(tries = 400)
  void aRecordWithDamageIsUnpackedOrRefused(
      @ForAll("batches") List<Entry> entries, @ForAll long seed) throws Exception {
    byte[] packed = codec.pack(new Message(new Payload.History(entries, null, 0), "", 0));

    assertThat(isUnpackedOrRefused(damaged(packed, new Random(seed)))).isTrue();
    // Behind the compression, where damage reaches the columns themselves.
    byte[] plain = stored(EntryRecordTest.plain(packed));
    assertThat(codec.unpack(plain)).isEqualTo(codec.unpack(packed));
    assertThat(isUnpackedOrRefused(damaged(plain, new Random(seed)))).isTrue();
  }

  @Property
  void aComparisonWithDamageIsUnpackedOrRefused(
      @ForAll("comparisons") Payload.Reconcile reconcile, @ForAll long seed) {
    byte[] packed = codec.pack(new Message(reconcile, "", 0));

    assertThat(isUnpackedOrRefused(damaged(packed, new Random(seed)))).isTrue();
  }

  @Property(tries = 100)
  void aRecordThatIsCutIsRefused(@ForAll("batches") List<Entry> entries) {
    byte[] packed = codec.pack(new Message(new Payload.History(entries, null, 0), "", 0));

    for (int length = 0; length < packed.length; length++) {
      assertThat(isRefused(Arrays.copyOf(packed, length))).isTrue();
    }
  }

  private static byte[] stored(byte[] plain) {
    byte[] packed = new byte[plain.length + 5];
    packed[0] = 1;
    packed[2] = (byte) (plain.length >> 16);
    packed[3] = (byte) (plain.length >> 8);
    packed[4] = (byte) plain.length;
    System.arraycopy(plain, 0, packed, 5, plain.length);
    return packed;
  }

  private static byte[] damaged(byte[] bytes, Random random) {
    byte[] damaged = bytes.clone();
    for (int i = random.nextInt(3); i >= 0; i--) {
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return damaged;
  }

  private boolean isUnpackedOrRefused(byte[] packed) {
    try {
      return !codec.unpack(packed).payload().type().isEmpty();
    } catch (MalformedMessageException e) {
      return e.getMessage() != null;
    }
  }

  private boolean isRefused(byte[] packed) {
    try {
      return codec.unpack(packed) == null;
    } catch (MalformedMessageException e) {
      return true;
    }
  }

  @Provide
  Arbitrary<Payload.Reconcile> comparisons() {
    Arbitrary<EntryId> ids =
        Combinators.combine(ids(), ids())
            .as((device, visit) -> new EntryId(new DeviceId(device), visit));
    Arbitrary<Bound> bounds = Combinators.combine(times(), ids.injectNull(0.5)).as(Bound::new);
    return Combinators.combine(
            bounds.set().ofMaxSize(8), Arbitraries.randomValue(random -> random), numbers())
        .as(
            (until, random, number) -> {
              List<Part> parts = new ArrayList<>();
              until.stream().sorted().forEach(bound -> parts.add(part(bound, random)));
              parts.add(part(Bound.END, random));
              return new Payload.Reconcile(Step.TURN, FEED, number, parts);
            });
  }

  private static Part part(Bound until, Random random) {
    List<EntryDigest> digests = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      digests.add(new EntryDigest(random.nextLong(), random.nextLong()));
    }
    return switch (random.nextInt(4)) {
      case 0 -> new Skipped(until);
      case 1 ->
          new Fingerprinted(
              until,
              new Fingerprint(
                  random.nextLong() & Long.MAX_VALUE, random.nextLong(), random.nextLong()));
      case 2 -> new Listed(until, digests);
      default -> new Wanted(until, digests);
    };
  }

  private static Arbitrary<Long> numbers() {
    return Arbitraries.longs().greaterOrEqual(0);
  }

  /** Times as browsers have them, and all other doubles, negative zero among them. */
  private static Arbitrary<Double> times() {
    return Arbitraries.oneOf(
        Arbitraries.longs().between(0, 1L << 53).map(micros -> micros / 1_000.0),
        Arbitraries.longs().map(Double::longBitsToDouble).filter(Double::isFinite),
        Arbitraries.of(
            -0.0,
            0.0,
            -1.0,
            1.5,
            Double.MIN_VALUE,
            -Double.MAX_VALUE,
            0x1p53 / 1_000,
            0x1p54 / 1_000,
            0x1p63));
  }

  /** Any characters, half surrogate pairs among them. */
  private static Arbitrary<String> texts() {
    return Arbitraries.oneOf(
        Arbitraries.strings().ascii().ofMaxLength(40),
        Arbitraries.strings()
            .withChars('a', '\0', '\u00e9', '\ud83d', '\ude80', '\uffff', '\ufffd')
            .ofMaxLength(12),
        Arbitraries.of("", "a", "https://a.example/", "https://a.example/\ud83d\ude80", "\ud83d"));
  }

  private static Arbitrary<String> ids() {
    return Arbitraries.oneOf(
        Arbitraries.strings()
            .alpha()
            .numeric()
            .withChars('-', '\ud800')
            .ofMinLength(1)
            .ofMaxLength(20),
        Arbitraries.of("0", "1", "2", "007", "-", "--", "-1-", "a-1-a", "a-1-0", "s-0-0", "00-1-0"),
        numbers().map(String::valueOf));
  }

  @Provide
  Arbitrary<List<Entry>> batches() {
    Arbitrary<Device> device =
        Combinators.combine(ids(), texts(), texts())
            .as((id, platform, agent) -> new Device(new DeviceId(id), platform, agent, "", "1"));
    Arbitrary<PageSummary> page =
        Combinators.combine(texts(), times()).as(PageSummary::new).injectNull(0.7);
    Arbitrary<UnknownFields> unknown =
        Arbitraries.of("", "", "{\"x\":1.50}", "{\ud800}").map(UnknownFields::new);
    Arbitrary<Visit> visits =
        Combinators.combine(numbers(), ids(), times(), Arbitraries.of("", "0", "x"), ids())
            .as(Visit::new);
    return device
        .list()
        .ofMinSize(1)
        .ofMaxSize(3)
        .flatMap(
            devices ->
                Combinators.combine(
                        Arbitraries.of(devices),
                        visits,
                        texts(),
                        texts(),
                        Arbitraries.longs(),
                        page,
                        unknown,
                        Arbitraries.integers().between(0, 7))
                    .as(PackedProperties::entry)
                    .list()
                    .ofMaxSize(12));
  }

  /** What ids are made of. */
  private record Visit(long row, String id, double time, String none, String referring) {
    String name(long number) {
      return "stem-" + number + "-" + Long.toString((long) (time * 1_000), 36);
    }
  }

  private static Entry entry(
      Device device,
      Visit visit,
      String url,
      String title,
      long modified,
      PageSummary page,
      UnknownFields unknown,
      int shape) {
    return new Entry(
        device,
        shape < 4 ? visit.name(visit.row()) : visit.id(),
        url,
        title,
        visit.time(),
        switch (shape) {
          case 0, 4 -> visit.none();
          case 1, 5 -> visit.name(visit.row() / 2);
          default -> visit.referring();
        },
        shape % 2 == 0 ? "link" : title,
        shape == 3 ? (long) visit.time() : modified,
        shape == 6,
        page,
        unknown);
  }
}
