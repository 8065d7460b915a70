// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.examples.storage.indexed;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Objects;
import java.util.UUID;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryDigest;
import org.chroniclesync.api.history.EntryId;
import org.chroniclesync.api.storage.Change;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.api.storage.Fingerprint;
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.api.storage.support.BatchBytes;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.DataType;
import org.h2.mvstore.type.LongDataType;
import org.h2.mvstore.type.StringDataType;
import org.jspecify.annotations.Nullable;

/** What the file holds, each map in the order of its keys. For one thread at a time. */
final class Maps implements AutoCloseable {
  private static final String FEED = "feed";
  private static final String HEAD = "head";
  private static final String TOMBSTONES = "tombstones";
  private static final String ERASABLE = "erasable";
  private static final int FINGERPRINT_BYTES = 3 * Long.BYTES;

  private final MVStore file;
  private final MVMap<Long, byte[]> changes;
  private final MVMap<String, Long> positions;
  private final MVMap<String, Long> places;
  private final MVMap<String, byte[]> sums;
  private final MVMap<String, String> marks;
  private final MVMap<String, String> about;

  Maps(Path path) {
    // A batch is one commit: nothing else may write what is half done.
    file = new MVStore.Builder().fileName(path.toString()).autoCommitDisabled().open();
    changes = map("changes", LongDataType.INSTANCE, ByteArrayDataType.INSTANCE);
    positions = map("positions", StringDataType.INSTANCE, LongDataType.INSTANCE);
    places = map("places", StringDataType.INSTANCE, LongDataType.INSTANCE);
    sums = map("sums", StringDataType.INSTANCE, ByteArrayDataType.INSTANCE);
    marks = map("marks", StringDataType.INSTANCE, StringDataType.INSTANCE);
    about = map("about", StringDataType.INSTANCE, StringDataType.INSTANCE);
    about.putIfAbsent(FEED, UUID.randomUUID().toString());
  }

  private <K, V> MVMap<K, V> map(String name, DataType<K> keys, DataType<V> values) {
    return file.openMap(name, new MVMap.Builder<K, V>().keyType(keys).valueType(values));
  }

  /** By position. */
  MVMap<Long, byte[]> changes() {
    return changes;
  }

  /** Positions by place. */
  MVMap<String, Long> places() {
    return places;
  }

  /** Fingerprints by leaf. */
  MVMap<String, byte[]> sums() {
    return sums;
  }

  MVMap<String, String> marks() {
    return marks;
  }

  long bytes() {
    return file.getFileStore().size();
  }

  StoreState state() {
    long tombstones = number(TOMBSTONES);
    FeedId feed = new FeedId(Objects.requireNonNull(about.get(FEED)));
    return new StoreState(feed, number(HEAD), positions.sizeAsLong() - tombstones, tombstones);
  }

  private long number(String name) {
    return Long.parseLong(about.getOrDefault(name, "0"));
  }

  @Nullable Change held(EntryId id) {
    Long position = positions.get(Place.of(id));
    return position == null ? null : change(position);
  }

  Change change(long position) {
    byte[] bytes = Objects.requireNonNull(changes.get(position), "an index names no change");
    return change(position, bytes);
  }

  static Change change(long position, byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      String source = in.readUTF();
      Entry entry = BatchBytes.readEntry(in);
      return new Change(position, entry, source.isEmpty() ? null : new FeedId(source));
    } catch (IOException e) {
      throw new UncheckedIOException("a change cannot be read", e);
    }
  }

  private static byte[] bytes(Entry entry, @Nullable FeedId source) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeUTF(source == null ? "" : source.value());
      BatchBytes.writeEntry(entry, out);
    } catch (IOException e) {
      throw new UncheckedIOException("memory is never full like that", e);
    }
    return bytes.toByteArray();
  }

  /** Lets a version stand, in all maps. */
  void stand(Entry entry, @Nullable FeedId source) {
    Change held = held(entry.id());
    long tombstones = number(TOMBSTONES);
    if (held != null) {
      String place = Place.of(held.entry());
      changes.remove(held.position());
      places.remove(place);
      sum(place, sum(place).minus(EntryDigest.of(held.entry())));
      tombstones -= held.entry().deleted() ? 1 : 0;
      if (entry.deleted()) {
        about.put(ERASABLE, "");
      }
    }
    long position = number(HEAD) + 1;
    String place = Place.of(entry);
    changes.put(position, bytes(entry, source));
    positions.put(Place.of(entry.id()), position);
    places.put(place, position);
    sum(place, sum(place).plus(EntryDigest.of(entry)));
    about.put(HEAD, Long.toString(position));
    about.put(TOMBSTONES, Long.toString(tombstones + (entry.deleted() ? 1 : 0)));
  }

  private Fingerprint sum(String place) {
    byte[] bytes = sums.get(Place.leaf(place));
    return bytes == null ? Fingerprint.EMPTY : fingerprint(bytes);
  }

  private void sum(String place, Fingerprint sum) {
    byte[] bytes =
        ByteBuffer.allocate(FINGERPRINT_BYTES)
            .putLong(sum.count())
            .putLong(sum.high())
            .putLong(sum.low())
            .array();
    sums.put(Place.leaf(place), bytes);
  }

  static Fingerprint fingerprint(byte[] bytes) {
    ByteBuffer from = ByteBuffer.wrap(bytes);
    return new Fingerprint(from.getLong(), from.getLong(), from.getLong());
  }

  /** Makes durable what was changed, all of it or nothing. */
  void commit() {
    file.commit();
    file.sync();
  }

  /** Tells whether the file holds what tombstones replaced. */
  boolean isErasable() {
    return about.containsKey(ERASABLE);
  }

  /** The file was written anew. */
  boolean erased() {
    about.remove(ERASABLE);
    commit();
    return true;
  }

  /** Drops what was not committed. */
  @Override
  public void close() {
    file.closeImmediately();
  }
}
