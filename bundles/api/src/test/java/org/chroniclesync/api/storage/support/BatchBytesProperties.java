// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.PageSummary;
import org.chroniclesync.api.history.UnknownFields;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.FeedId;

/** What was written comes back; what is damaged is never anything but an I/O error or a batch. */
class BatchBytesProperties {
  @Property(tries = 300)
  void batchComesBack(
      @ForAll @StringLength(max = 100) String text,
      @ForAll double time,
      @ForAll long modified,
      @ForAll boolean odd)
      throws Exception {
    Batch batch = batch(text, Double.isFinite(time) ? time : -0.0, modified, odd);
    assertThat(read(bytes(batch))).isEqualTo(batch);
  }

  @Property(tries = 300)
  void whatIsCutShortIsAnError(@ForAll @IntRange(max = 1_000) int kept) throws Exception {
    byte[] whole = bytes(batch("some text", 1, 2, true));
    byte[] cut = Arrays.copyOf(whole, kept % whole.length);
    assertThatIOException().isThrownBy(() -> read(cut));
  }

  @Property(tries = 1_000)
  void whatIsDamagedIsAnErrorOrABatch(@ForAll @IntRange(max = 1_000) int at, @ForAll byte value)
      throws Exception {
    byte[] damaged = bytes(batch("some text", 1, 2, true));
    damaged[at % damaged.length] = value;
    try {
      assertThat(read(damaged).entries()).hasSizeLessThanOrEqualTo(Batch.MAX_ENTRIES);
    } catch (IOException e) {
      assertThat(e).isNotInstanceOf(java.io.InterruptedIOException.class);
    }
  }

  private static Batch batch(String text, double time, long modified, boolean odd) {
    Entry entry =
        new Entry(
            new Device(new DeviceId("d"), text, text, text, text),
            "visit",
            text,
            text,
            time,
            text,
            text,
            modified,
            odd,
            odd ? new PageSummary(text, time) : null,
            new UnknownFields(odd ? "{" + text + "}" : ""));
    return new Batch(
        List.of(entry, entry.withLastModified(0)),
        odd ? new FeedId("feed") : null,
        odd ? Map.of(text, text) : Map.of());
  }

  private static byte[] bytes(Batch batch) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BatchBytes.write(batch, new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static Batch read(byte[] bytes) throws IOException {
    return BatchBytes.read(new DataInputStream(new ByteArrayInputStream(bytes)));
  }
}
