// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.bench;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.message.MalformedMessageException;
import org.chroniclesync.api.message.Message;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.message.JacksonMessageCodec;
import org.chroniclesync.testkits.history.SyntheticHistory;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Entries to bytes and back: the packed records of version 2, the JSON of version 1. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class CodecBenchmark {
  static final int RECORD = 2_000;
  static final int FRAME = 250;

  private final JacksonMessageCodec codec = new JacksonMessageCodec();
  private final Message record = message(RECORD);
  private final byte[] packed = codec.pack(record);
  private final Message frame = message(FRAME);
  private final byte[] json = codec.encode(frame);

  static Message message(int count) {
    List<Entry> entries = new SyntheticHistory(1, 3).next(count);
    return new Message(new Payload.History(entries, null, 0), "", SyntheticHistory.BEGIN_MILLIS);
  }

  /** Version 2, 2,000 entries in a record. */
  @Benchmark
  @OperationsPerInvocation(RECORD)
  public byte[] pack() {
    return codec.pack(record);
  }

  /** Version 2, 2,000 entries in a record. */
  @Benchmark
  @OperationsPerInvocation(RECORD)
  public Message unpack() throws MalformedMessageException {
    return codec.unpack(packed);
  }

  /** Version 1, 250 entries in a frame. */
  @Benchmark
  @OperationsPerInvocation(FRAME)
  public byte[] encodeJson() {
    return codec.encode(frame);
  }

  /** Version 1, 250 entries in a frame. */
  @Benchmark
  @OperationsPerInvocation(FRAME)
  public Message decodeJson() throws MalformedMessageException {
    return codec.decode(json);
  }
}
