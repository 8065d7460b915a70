// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.files;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A folder for what must be a file in order to be read. For one thread. */
final class Workplace implements AutoCloseable {
  /** The largest database in an archive, in bytes. */
  static final long MAX_BYTES = 8L << 30;

  private static final long SPARE_BYTES = 256L << 20;

  private final Path temporary;
  private @Nullable Path folder;
  private int count;

  Workplace(Path temporary) {
    this.temporary = temporary;
  }

  /** Makes a name for a file that nothing else has. */
  Path next() throws IOException {
    Path made = folder;
    if (made == null) {
      made = Files.createTempDirectory(temporary, "import");
      folder = made;
    }
    return made.resolve(Integer.toString(++count));
  }

  Path keep(InputStream from) throws IOException, UnreadableException {
    Path file = next();
    try (OutputStream out = Files.newOutputStream(file)) {
      byte[] buffer = new byte[1 << 16];
      long bytes = 0;
      long free = Files.getFileStore(file).getUsableSpace() - SPARE_BYTES;
      for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
        bytes += read;
        if (bytes > MAX_BYTES || bytes > free) {
          throw new UnreadableException(
              bytes > MAX_BYTES
                  ? "It unpacks to more than %,d bytes.".formatted(MAX_BYTES)
                  : "There is not enough space for temporary files in " + temporary + ".");
        }
        out.write(buffer, 0, read);
      }
    }
    return file;
  }

  @Override
  public void close() throws IOException {
    Path made = folder;
    if (made != null) {
      List<Path> files = new ArrayList<>();
      try (Stream<Path> all = Files.walk(made)) {
        all.sorted(Comparator.reverseOrder()).forEach(files::add);
      }
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    }
  }
}
