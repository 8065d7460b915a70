// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.chroniclesync.api.page.Sharing;
import org.chroniclesync.support.files.PrivateFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The browsers of other devices that have signed in. They are kept in a file that only its owner
 * can read, with the digests of what they show. Safe for any thread.
 */
final class Guests {
  /** More than a house has; the one that signed in first is forgotten. */
  static final int MAX_GUESTS = 32;

  private static final Logger LOG = LoggerFactory.getLogger(Guests.class);
  private static final long MAX_BYTES = 64 * 1024;
  private static final int ID_CHARS = 12;
  private static final Pattern LINE =
      Pattern.compile(
          "([0-9a-f]{64}) (\\d{1,18}) (\\d{1,18}) ([0-9A-Fa-f.:]{2,45}) ([A-Za-z ]{1,64})");

  private final Clock clock;
  private final Duration length;
  private final Path file;
  private final Map<String, Entry> byDigest;

  private record Entry(String browser, String address, Instant since, Instant until, Instant seen) {
    Entry seenAt(Instant now) {
      return new Entry(browser, address, since, until, now);
    }
  }

  Guests(Clock clock, Duration length, Path file) {
    this.clock = clock;
    this.length = length;
    this.file = file;
    this.byDigest = read();
  }

  /** Lets a browser in. */
  synchronized Sessions.Opened add(String browser, String address) {
    Instant now = clock.instant();
    byDigest.values().removeIf(entry -> !now.isBefore(entry.until()));
    Iterator<String> oldest = byDigest.keySet().iterator();
    for (int left = byDigest.size(); left >= MAX_GUESTS; left--) {
      oldest.next();
      oldest.remove();
    }
    Sessions.Held held = Sessions.Held.draw();
    Instant until = now.plus(length);
    byDigest.put(
        Objects.requireNonNull(held.digest()), new Entry(browser, address, now, until, now));
    write();
    return new Sessions.Opened(held, until);
  }

  synchronized boolean isIn(String session) {
    Instant now = clock.instant();
    Entry entry = byDigest.computeIfPresent(session, (digest, known) -> known.seenAt(now));
    return entry != null && now.isBefore(entry.until());
  }

  /** Lets the browser of a session in no more. */
  synchronized void close(String session) {
    if (byDigest.remove(session) != null) {
      write();
    }
  }

  /** Lets one in no more; false if there is none. */
  synchronized boolean end(String id) {
    boolean found = byDigest.keySet().removeIf(digest -> digest.substring(0, ID_CHARS).equals(id));
    if (found) {
      write();
    }
    return found;
  }

  synchronized void endAll() {
    if (!byDigest.isEmpty()) {
      byDigest.clear();
      write();
    }
  }

  /** The newest first. */
  synchronized List<Sharing.Guest> all() {
    Instant now = clock.instant();
    List<Sharing.Guest> all = new ArrayList<>();
    byDigest.forEach(
        (digest, entry) -> {
          if (now.isBefore(entry.until())) {
            all.add(
                0,
                new Sharing.Guest(
                    digest.substring(0, ID_CHARS),
                    entry.browser(),
                    entry.address(),
                    entry.since(),
                    entry.seen()));
          }
        });
    return all;
  }

  private Map<String, Entry> read() {
    Map<String, Entry> kept = new LinkedHashMap<>();
    try {
      if (Files.exists(file) && Files.size(file) <= MAX_BYTES) {
        Files.readAllLines(file).stream()
            .map(LINE::matcher)
            .filter(Matcher::matches)
            .limit(MAX_GUESTS)
            .forEach(line -> kept.put(line.group(1), entry(line)));
      }
    } catch (IOException e) {
      LOG.warn("{} cannot be read, so other devices have to sign in anew.", file, e);
    }
    return kept;
  }

  private static Entry entry(Matcher line) {
    Instant since = Instant.ofEpochMilli(Long.parseLong(line.group(3)));
    return new Entry(
        line.group(5),
        line.group(4),
        since,
        Instant.ofEpochMilli(Long.parseLong(line.group(2))),
        since);
  }

  private void write() {
    String lines =
        byDigest.entrySet().stream().map(Guests::line).collect(Collectors.joining("\n", "", "\n"));
    try {
      PrivateFiles.write(file, ByteBuffer.wrap(lines.getBytes(UTF_8)));
    } catch (IOException e) {
      // Whoever was shut out must not come back by an old file.
      LOG.warn("{} cannot be written.", file, e);
      throw new IllegalStateException(
          "Who may come in cannot be kept in %s: %s.".formatted(file, e.getMessage()), e);
    }
  }

  private static String line(Map.Entry<String, Entry> one) {
    Entry entry = one.getValue();
    return "%s %d %d %s %s"
        .formatted(
            one.getKey(),
            entry.until().toEpochMilli(),
            entry.since().toEpochMilli(),
            entry.address(),
            entry.browser());
  }
}
