// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.chroniclesync.support.files.PrivateFiles;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The digests of the browsers that were let in, so that they still are after the node was started
 * again. Nobody gets in by a digest.
 *
 * @param file where they are, or null to keep none
 */
record SessionFile(@Nullable Path file) {
  private static final Logger LOG = LoggerFactory.getLogger(SessionFile.class);
  private static final long MAX_BYTES = 64 * 1024;
  private static final Pattern LINE = Pattern.compile("([0-9a-f]{64}) (\\d{1,18})");

  /** Those that are kept; none if they cannot be read: then browsers are let in anew. */
  Map<String, Instant> read() {
    Map<String, Instant> kept = new LinkedHashMap<>();
    if (file == null || !Files.exists(file)) {
      return kept;
    }
    try {
      if (Files.size(file) <= MAX_BYTES) {
        Files.readAllLines(file).stream()
            .map(LINE::matcher)
            .filter(Matcher::matches)
            .limit(Sessions.MAX_SESSIONS)
            .forEach(
                line ->
                    kept.put(line.group(1), Instant.ofEpochMilli(Long.parseLong(line.group(2)))));
      }
    } catch (IOException e) {
      LOG.warn("{} cannot be read, so browsers have to open the page anew.", file, e);
    }
    return kept;
  }

  /** Keeps these and no others. */
  void write(Map<String, Instant> sessions) {
    if (file == null) {
      return;
    }
    String lines =
        sessions.entrySet().stream()
            .map(one -> one.getKey() + " " + one.getValue().toEpochMilli() + "\n")
            .collect(Collectors.joining());
    try {
      PrivateFiles.write(file, ByteBuffer.wrap(lines.getBytes(UTF_8)));
    } catch (IOException e) {
      LOG.warn(
          "{} cannot be written, so browsers have to open the page anew after a restart.", file, e);
    }
  }
}
