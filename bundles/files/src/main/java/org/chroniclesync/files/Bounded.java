// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.files;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** What comes out of an archive: no more than can have been put in in earnest. For one thread. */
final class Bounded extends FilterInputStream {
  /** A small archive may be compressed as much as it likes. */
  static final long FREE_BYTES = 64L << 20;

  /** How many times as large as the archive its content may be. */
  static final long MAX_RATIO = 200;

  private final Measured archive;
  private final long before;
  private long unpacked;

  Bounded(InputStream in, Measured archive) {
    super(in);
    this.archive = archive;
    this.before = archive.bytesRead();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int count = super.read(bytes, offset, length);
    unpacked += Math.max(0, count);
    if (unpacked > FREE_BYTES && unpacked / MAX_RATIO > archive.bytesRead() - before + 1) {
      throw new IOException(
          "It unpacks to more than "
              + MAX_RATIO
              + " times its size, as only an archive does that is made to do harm");
    }
    return count;
  }

  @Override
  public long skip(long count) throws IOException {
    byte[] bytes = new byte[(int) Math.min(count, 1 << 16)];
    return Math.max(0, read(bytes, 0, bytes.length));
  }
}
