// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.files;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.chroniclesync.api.storage.StorageException;
import org.jspecify.annotations.Nullable;

/**
 * What is in a file, by its first bytes. Archives are unpacked as they are read. For one thread.
 */
final class Contents {
  static final int HEAD_BYTES = 4_096;

  /** How deep archives may lie in archives. */
  static final int MAX_NESTING = 3;

  /** Most members of an archive. */
  static final int MAX_MEMBERS = 100_000;

  private static final byte[] SQLITE = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
  private static final int TAR_MAGIC_AT = 257;
  private static final String WAL = "-wal";

  /** What cannot be unpacked here, by its first bytes in hexadecimal digits. */
  private static final Map<String, String> FOREIGN =
      Map.of(
          "377abcaf271c", "7z",
          "fd377a585a00", "xz",
          "28b52ffd", "zstd",
          "425a68", "bzip2",
          "526172211a07", "RAR");

  private final Reading reading;
  private final Workplace workplace;

  Contents(Reading reading, Workplace workplace) {
    this.reading = reading;
    this.workplace = workplace;
  }

  /** Databases that were found in an archive, which may have their logs beside them. */
  private record Member(String source, Path file) {}

  void read(Path file)
      throws IOException, UnreadableException, StorageException, InterruptedException {
    byte[] head;
    try (InputStream in = Files.newInputStream(file)) {
      head = in.readNBytes(HEAD_BYTES);
    }
    if (startsWith(head, 0, SQLITE)) {
      reading.read(file.toString(), to -> SqliteFile.read(file, workplace, to));
      return;
    }
    long size = Files.size(file);
    try (InputStream in = Reading.open(file)) {
      Measured measured = new Measured(in, size);
      stream(file.toString(), measured, measured, 0, new HashMap<>(), new HashMap<>());
    }
  }

  private void stream(
      String source,
      InputStream in,
      Measured measured,
      int nesting,
      Map<String, Member> databases,
      Map<String, Path> logs)
      throws IOException, UnreadableException, StorageException, InterruptedException {
    byte[] head = in.readNBytes(HEAD_BYTES);
    InputStream whole = new SequenceInputStream(new ByteArrayInputStream(head), in);
    if (startsWith(head, 0, SQLITE)) {
      databases.put(source, new Member(source, workplace.keep(whole)));
    } else if (isLog(head) && source.endsWith(WAL)) {
      logs.put(source, workplace.keep(whole));
    } else if (startsWith(head, 0, new byte[] {0x1f, (byte) 0x8b})) {
      requireNesting(source, nesting);
      InputStream plain = new Bounded(new GZIPInputStream(whole, 1 << 16), measured);
      inside(source, plain, measured, nesting);
    } else if (startsWith(head, 0, new byte[] {'P', 'K', 3, 4})) {
      requireNesting(source, nesting);
      zip(source, whole, measured, nesting);
    } else if (startsWith(head, TAR_MAGIC_AT, "ustar".getBytes(StandardCharsets.US_ASCII))) {
      requireNesting(source, nesting);
      tar(source, whole, measured, nesting);
    } else {
      text(source, head, whole, measured);
    }
  }

  private static void requireNesting(String source, int nesting) throws UnreadableException {
    if (nesting >= MAX_NESTING) {
      throw new UnreadableException(
          "Archives lie in it more than " + MAX_NESTING + " deep: " + Texts.shown(source, 200));
    }
  }

  /** What is compressed alone has no members; a database in it is read at once. */
  private void inside(String source, InputStream plain, Measured measured, int nesting)
      throws IOException, UnreadableException, StorageException, InterruptedException {
    Map<String, Member> databases = new HashMap<>();
    Map<String, Path> logs = new HashMap<>();
    stream(source, plain, measured, nesting + 1, databases, logs);
    databases(databases, logs);
  }

  private void zip(String source, InputStream in, Measured measured, int nesting)
      throws IOException, UnreadableException, StorageException, InterruptedException {
    Map<String, Member> databases = new HashMap<>();
    Map<String, Path> logs = new HashMap<>();
    ZipInputStream members = new ZipInputStream(in);
    int count = 0;
    for (ZipEntry one = members.getNextEntry(); one != null; one = members.getNextEntry()) {
      requireMembers(++count);
      if (!one.isDirectory()) {
        InputStream plain = new Bounded(Unclosed.of(members), measured);
        member(member(source, one.getName()), plain, measured, nesting, databases, logs);
      }
    }
    databases(databases, logs);
  }

  private void tar(String source, InputStream in, Measured measured, int nesting)
      throws IOException, UnreadableException, StorageException, InterruptedException {
    Map<String, Member> databases = new HashMap<>();
    Map<String, Path> logs = new HashMap<>();
    Tar members = new Tar(in);
    int count = 0;
    for (String name = members.next(); name != null; name = members.next()) {
      requireMembers(++count);
      member(member(source, name), members.content(), measured, nesting, databases, logs);
    }
    databases(databases, logs);
  }

  /** What is wrong with a member costs it alone, as long as the archive goes on behind it. */
  private void member(
      String source,
      InputStream in,
      Measured measured,
      int nesting,
      Map<String, Member> databases,
      Map<String, Path> logs)
      throws IOException, StorageException, InterruptedException {
    try {
      stream(source, in, measured, nesting + 1, databases, logs);
    } catch (UnreadableException e) {
      reading.problem(source, String.valueOf(e.getMessage()));
    }
  }

  private static void requireMembers(int count) throws UnreadableException {
    if (count > MAX_MEMBERS) {
      throw new UnreadableException("It has more than %,d members.".formatted(MAX_MEMBERS));
    }
  }

  private static String member(String source, String name) {
    return source + "!/" + Texts.shown(name, 1_000);
  }

  private void databases(Map<String, Member> databases, Map<String, Path> logs)
      throws IOException, StorageException, InterruptedException {
    List<Member> sorted = new ArrayList<>(databases.values());
    sorted.sort(Comparator.comparing(Member::source));
    for (Member one : sorted) {
      Path log = logs.get(one.source() + WAL);
      if (log != null) {
        Files.move(log, one.file().resolveSibling(one.file().getFileName() + WAL));
      }
      reading.read(one.source(), to -> SqliteFile.readOwn(one.file(), to));
      Files.deleteIfExists(one.file());
    }
  }

  private void text(String source, byte[] head, InputStream in, Measured measured)
      throws UnreadableException, StorageException, InterruptedException {
    String foreign = foreign(head);
    if (foreign != null) {
      throw new UnreadableException("It is a " + foreign + " archive; unpack it first.");
    }
    String start = new String(head, StandardCharsets.UTF_8);
    if (start.startsWith("\ufeff")) {
      start = start.substring(1);
    }
    String text = start.stripLeading();
    if (text.startsWith("{") || text.startsWith("[")) {
      reading.read(source, to -> new JsonFile(in, measured, to).read());
    } else if (HtmlFile.isHtml(text)) {
      reading.read(source, to -> new HtmlFile(in, measured, to).read());
    } else if (CsvFile.isCsv(text)) {
      reading.read(source, to -> new CsvFile(in, measured, to).read());
    }
  }

  private static @Nullable String foreign(byte[] head) {
    String hex = HexFormat.of().formatHex(head, 0, Math.min(head.length, 8));
    return FOREIGN.entrySet().stream()
        .filter(one -> hex.startsWith(one.getKey().toLowerCase(Locale.ROOT)))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(null);
  }

  private static boolean isLog(byte[] head) {
    return startsWith(head, 0, new byte[] {0x37, 0x7f, 0x06, (byte) 0x82})
        || startsWith(head, 0, new byte[] {0x37, 0x7f, 0x06, (byte) 0x83});
  }

  private static boolean startsWith(byte[] head, int at, byte[] with) {
    if (head.length < at + with.length) {
      return false;
    }
    for (int i = 0; i < with.length; i++) {
      if (head[at + i] != with[i]) {
        return false;
      }
    }
    return true;
  }
}
