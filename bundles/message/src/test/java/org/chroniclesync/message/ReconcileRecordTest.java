// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.EntryDigest;
import org.chroniclesync.api.history.EntryId;
import org.chroniclesync.api.message.MalformedMessageException;
import org.chroniclesync.api.message.Message;
import org.chroniclesync.api.message.MessageCodec;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.Payload.Reconcile.Fingerprinted;
import org.chroniclesync.api.message.Payload.Reconcile.Part;
import org.chroniclesync.api.message.Payload.Reconcile.Skipped;
import org.chroniclesync.api.message.Payload.Reconcile.Step;
import org.chroniclesync.api.message.Payload.Reconcile.Wanted;
import org.chroniclesync.api.storage.Bound;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.api.storage.Fingerprint;
import org.junit.jupiter.api.Test;

class ReconcileRecordTest {
  private static final FeedId FEED = new FeedId("3q2-796tvu_erb7v3q2-7w");
  private static final double NOW = 1_764_000_000_000.0;

  private final JacksonMessageCodec codec = new JacksonMessageCodec();

  @Test
  void equalSetsTakeLessThanAHundredBytes() {
    assertThat(
            packed(List.of(new Fingerprinted(Bound.END, new Fingerprint(1_000_000, 1, 2)))).length)
        .isLessThan(100);
  }

  @Test
  void aRangeTakesLessThanThirtyBytes() throws Exception {
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < 15; i++) {
      parts.add(fingerprinted(NOW + i * 1e8 + 0.125, i));
    }
    parts.add(new Fingerprinted(Bound.END, new Fingerprint(1_000_000, 1, 2)));

    byte[] packed = packed(parts);

    assertThat(packed.length).isLessThan(100 + 15 * 30);
    assertThat(codec.unpack(packed).payload()).isEqualTo(reconcile(parts));
  }

  @Test
  void partsThatAreOutOfOrderAreRefused() {
    for (long[] ends : new long[][] {{5, 0}, {5, -1}, {-5, 3, -3}}) {
      CborWriter to = begun(ends.length + 1);
      for (long end : ends) {
        to.array(2);
        to.integer(0);
        to.integer(end);
      }
      to.array(2);
      to.integer(0);
      to.nothing();
      assertRefused(to, "before it begins");
    }
  }

  @Test
  void partsThatDoNotReachTheEndAreRefused() {
    CborWriter to = begun(1);
    to.array(2);
    to.integer(0);
    to.integer(5);

    assertRefused(to, "with these parts");
    assertRefused(begun(0), "with these parts");
  }

  @Test
  void tooManyPartsOrDigestsAreRefused() {
    CborWriter parts = begun(Payload.Reconcile.MAX_PARTS + 1);
    IntStream.range(0, Payload.Reconcile.MAX_PARTS + 1).forEach(i -> parts.nothing());
    CborWriter digests = begun(1);
    digests.array(3);
    digests.integer(2);
    digests.nothing();
    digests.bytes(16 * (Payload.Reconcile.MAX_DIGESTS + 1));
    IntStream.range(0, 2 * (Payload.Reconcile.MAX_DIGESTS + 1)).forEach(digests::half);

    assertRefused(parts, "16385 parts");
    assertRefused(digests, "32769 digests");
  }

  @Test
  void whatIsLongerThanARecordIsNotPacked() {
    List<Part> parts = new ArrayList<>();
    List<EntryDigest> many =
        Collections.nCopies(Payload.Reconcile.MAX_DIGESTS, new EntryDigest(1, 2));
    for (int i = 0; i < Payload.Reconcile.MAX_PARTS - 1; i++) {
      parts.add(fingerprinted(NOW + i, i));
    }
    parts.add(new Wanted(Bound.END, many));
    assertThat(packed(parts).length).isLessThanOrEqualTo(MessageCodec.MAX_RECORD_BYTES);

    EntryId id = new EntryId(new DeviceId("d".repeat(128)), "v".repeat(128));
    parts.replaceAll(
        part ->
            part.until().equals(Bound.END)
                ? part
                : new Skipped(new Bound(part.until().visitTimeMillis(), id)));
    assertThatThrownBy(() -> packed(parts))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1048576");
  }

  private static Part fingerprinted(double until, long number) {
    return new Fingerprinted(
        new Bound(until, null), new Fingerprint(62_500 + number, number, ~number));
  }

  private byte[] packed(List<Part> parts) {
    return codec.pack(new Message(reconcile(parts), "", (long) NOW));
  }

  private static Payload.Reconcile reconcile(List<Part> parts) {
    return new Payload.Reconcile(Step.TURN, FEED, 1_000_000, parts);
  }

  private static CborWriter begun(int parts) {
    CborWriter to = new CborWriter();
    to.integer(2);
    to.text("");
    to.integer(0);
    to.integer(1);
    to.text("feed");
    to.integer(0);
    to.array(parts);
    return to;
  }

  private void assertRefused(CborWriter to, String reason) {
    assertThatThrownBy(() -> codec.unpack(to.toBytes()))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining(reason);
  }
}
