// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.bench;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.chroniclesync.api.crypto.EnvelopeException;
import org.chroniclesync.api.crypto.Envelopes;
import org.chroniclesync.crypto.bouncycastle.AccountIdentity;
import org.chroniclesync.message.JacksonMessageCodec;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The envelopes of version 1, around the JSON of 250 entries. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class EnvelopeBenchmark {
  private final byte[] json =
      new JacksonMessageCodec().encode(CodecBenchmark.message(CodecBenchmark.FRAME));
  private final Envelopes envelopes;
  private final String sealed;

  /** Makes an account. */
  public EnvelopeBenchmark() {
    try (TemporaryFolder folder = new TemporaryFolder()) {
      envelopes =
          Components.make(
                  AccountIdentity.class,
                  Map.of("accountDirectory", folder.path().toString(), "createIfMissing", true))
              .envelopes();
    }
    sealed = envelopes.seal(json);
  }

  /** Entries sealed. */
  @Benchmark
  @OperationsPerInvocation(CodecBenchmark.FRAME)
  public String seal() {
    return envelopes.seal(json);
  }

  /** Entries opened. */
  @Benchmark
  @OperationsPerInvocation(CodecBenchmark.FRAME)
  public byte[] open() throws EnvelopeException {
    return envelopes.open(sealed);
  }
}
