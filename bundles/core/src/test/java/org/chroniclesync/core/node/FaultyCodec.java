// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.message.MalformedMessageException;
import org.chroniclesync.api.message.Message;
import org.chroniclesync.api.message.MessageCodec;
import org.chroniclesync.message.JacksonMessageCodec;

/** The real codec, but that its calls fail as often as a test says. Safe for any thread. */
final class FaultyCodec implements MessageCodec {
  private final MessageCodec right = new JacksonMessageCodec();
  private final AtomicInteger failures = new AtomicInteger();

  /** Lets the next calls fail, so many of them. */
  void failNext(int times) {
    failures.set(times);
  }

  private void mayFail() {
    if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw new NoClassDefFoundError("of a codec that is being updated");
    }
  }

  @Override
  public byte[] encode(Message message) {
    mayFail();
    return right.encode(message);
  }

  @Override
  public Message decode(byte[] plaintext) throws MalformedMessageException {
    mayFail();
    return right.decode(plaintext);
  }

  @Override
  public int encodedSize(Entry entry) {
    mayFail();
    return right.encodedSize(entry);
  }

  @Override
  public byte[] pack(Message message) {
    mayFail();
    return right.pack(message);
  }

  @Override
  public Message unpack(byte[] packed) throws MalformedMessageException {
    mayFail();
    return right.unpack(packed);
  }

  @Override
  public int packable(List<Entry> entries, int from) {
    mayFail();
    return right.packable(entries, from);
  }
}
