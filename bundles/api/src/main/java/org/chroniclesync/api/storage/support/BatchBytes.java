// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage.support;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.PageSummary;
import org.chroniclesync.api.history.UnknownFields;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.FeedId;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Batches and entries as bytes, without loss. Strings are written as {@link DataOutput#writeUTF}
 * does, which keeps half a surrogate pair; UTF-8 could not. The form is that of version 1 and
 * stays.
 */
@ProviderType
public final class BatchBytes {
  private static final int VERSION = 1;

  private BatchBytes() {}

  /**
   * Writes a batch.
   *
   * @param batch the batch
   * @param to where to
   * @throws IOException if it cannot be written
   */
  public static void write(Batch batch, DataOutput to) throws IOException {
    FeedId source = batch.source();
    to.writeByte(VERSION);
    to.writeUTF(source == null ? "" : source.value());
    to.writeInt(batch.marks().size());
    for (Map.Entry<String, String> mark : batch.marks().entrySet()) {
      to.writeUTF(mark.getKey());
      to.writeUTF(mark.getValue());
    }
    to.writeInt(batch.entries().size());
    for (Entry entry : batch.entries()) {
      writeEntry(entry, to);
    }
  }

  /**
   * Reads a batch.
   *
   * @param from where it was written
   * @return the batch
   * @throws IOException if it cannot be read or is none
   */
  public static Batch read(DataInput from) throws IOException {
    int version = from.readByte();
    if (version != VERSION) {
      throw new IOException("a batch of version " + version + "; this software knows " + VERSION);
    }
    try {
      String source = from.readUTF();
      Map<String, String> marks = new HashMap<>();
      for (int i = count(from, Batch.MAX_MARKS); i > 0; i--) {
        marks.put(from.readUTF(), from.readUTF());
      }
      List<Entry> entries = new ArrayList<>();
      for (int i = count(from, Batch.MAX_ENTRIES); i > 0; i--) {
        entries.add(readEntry(from));
      }
      return new Batch(entries, source.isEmpty() ? null : new FeedId(source), marks);
    } catch (IllegalArgumentException e) {
      throw new IOException("a batch that nobody would have written: " + e.getMessage(), e);
    }
  }

  private static int count(DataInput from, int most) throws IOException {
    int count = from.readInt();
    if (count < 0 || count > most) {
      throw new IOException(count + " where at most " + most + " are allowed");
    }
    return count;
  }

  /**
   * Writes an entry.
   *
   * @param entry the entry
   * @param to where to
   * @throws IOException if it cannot be written
   */
  public static void writeEntry(Entry entry, DataOutput to) throws IOException {
    Device device = entry.device();
    PageSummary page = entry.page();
    to.writeUTF(device.id().value());
    to.writeUTF(device.platform());
    to.writeUTF(device.userAgent());
    to.writeUTF(device.browserName());
    to.writeUTF(device.browserVersion());
    to.writeUTF(entry.visitId());
    to.writeUTF(entry.url());
    to.writeUTF(entry.title());
    to.writeDouble(entry.visitTimeMillis());
    to.writeUTF(entry.referringVisitId());
    to.writeUTF(entry.transition());
    to.writeLong(entry.lastModifiedMillis());
    to.writeBoolean(entry.deleted());
    to.writeBoolean(page != null);
    if (page != null) {
      to.writeUTF(page.summary());
      to.writeDouble(page.extractedAtMillis());
    }
    to.writeUTF(entry.unknown().json());
  }

  /**
   * Reads an entry.
   *
   * @param from where it was written
   * @return the entry
   * @throws IOException if it cannot be read
   * @throws IllegalArgumentException if what is there is outside the bounds of an entry
   */
  public static Entry readEntry(DataInput from) throws IOException {
    return new Entry(
        new Device(
            new DeviceId(from.readUTF()),
            from.readUTF(),
            from.readUTF(),
            from.readUTF(),
            from.readUTF()),
        from.readUTF(),
        from.readUTF(),
        from.readUTF(),
        from.readDouble(),
        from.readUTF(),
        from.readUTF(),
        from.readLong(),
        from.readBoolean(),
        from.readBoolean() ? new PageSummary(from.readUTF(), from.readDouble()) : null,
        new UnknownFields(from.readUTF()));
  }
}
