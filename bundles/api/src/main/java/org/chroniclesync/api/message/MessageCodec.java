// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.message;

import java.util.List;
import org.chroniclesync.api.history.Entry;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Between messages and bytes: the UTF-8 JSON of version 1, and the packed records of version 2.
 * Stateless, hence safe for any thread.
 */
@ProviderType
public interface MessageCodec {
  /** Longest plaintext that is decoded, in bytes. */
  int MAX_PLAINTEXT_BYTES = 1 << 20;

  /** Longest record of version 2, in bytes; also what its entries may come to when unpacked. */
  int MAX_RECORD_BYTES = 1 << 20;

  /**
   * Encodes a message.
   *
   * @param message the message
   * @return its JSON in UTF-8
   * @throws IllegalArgumentException if the JSON of a {@link Payload.Other} is none, or for a
   *     {@link Payload.Reconcile}
   */
  byte[] encode(Message message);

  /**
   * Decodes a message. A type that is not known becomes a {@link Payload.Other}; members that are
   * not known are kept with an entry and ignored elsewhere; entries that are unusable are left out
   * and counted.
   *
   * @param plaintext JSON in UTF-8
   * @return the message
   * @throws MalformedMessageException if it is no message
   */
  Message decode(byte[] plaintext) throws MalformedMessageException;

  /**
   * Returns how much an entry adds to a message, for filling frames to their limit.
   *
   * @param entry the entry
   * @return bytes, with the comma that parts it from the next
   */
  int encodedSize(Entry entry);

  /**
   * Packs a message into a record of version 2. Entries come out of {@link #unpack} equal to what
   * they were, whatever they hold.
   *
   * @param message the message; its payload's count of refused entries is not carried
   * @return the record, at most {@link #MAX_RECORD_BYTES}
   * @throws IllegalArgumentException if the JSON of a {@link Payload.Other} is none, or the message
   *     is too long for a record
   */
  byte[] pack(Message message);

  /**
   * Unpacks a record of version 2. Unlike {@link #decode} it leaves nothing out: a record is right
   * or it is refused.
   *
   * @param record the record
   * @return the message
   * @throws MalformedMessageException if it is no record
   */
  Message unpack(byte[] record) throws MalformedMessageException;

  /**
   * Returns how many entries can be packed into one record for certain, whatever is around them.
   *
   * @param entries the entries
   * @param from the first that goes into the record
   * @return their number, 0 only if there is none left
   */
  int packable(List<Entry> entries, int from);
}
