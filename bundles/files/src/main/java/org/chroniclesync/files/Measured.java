// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.files;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Counts what is read of a file. For one thread. */
final class Measured extends FilterInputStream {
  private final long size;
  private long read;

  Measured(InputStream in, long size) {
    super(in);
    this.size = size;
  }

  long bytesRead() {
    return read;
  }

  long size() {
    return size;
  }

  @Override
  public int read() throws IOException {
    int value = super.read();
    read += value < 0 ? 0 : 1;
    return value;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int count = super.read(bytes, offset, length);
    read += Math.max(0, count);
    return count;
  }

  @Override
  public long skip(long count) throws IOException {
    long skipped = super.skip(count);
    read += skipped;
    return skipped;
  }
}
