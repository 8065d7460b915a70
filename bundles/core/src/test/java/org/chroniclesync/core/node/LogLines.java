// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LocationAwareLogger;

/**
 * What some classes log until it is closed: in tests the log is standard error, and errors only.
 */
final class LogLines implements AutoCloseable {
  private final PrintStream before = System.err;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final Map<Logger, Integer> levels = new HashMap<>();

  LogLines(Class<?>... classes) throws ReflectiveOperationException {
    for (Class<?> of : classes) {
      Logger logger = LoggerFactory.getLogger(of);
      levels.put(logger, level(logger).getInt(logger));
      level(logger).setInt(logger, LocationAwareLogger.INFO_INT);
    }
    System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
  }

  private static Field level(Logger logger) throws NoSuchFieldException {
    Field level = logger.getClass().getDeclaredField("currentLogLevel");
    level.setAccessible(true);
    return level;
  }

  /** Returns the lines that contain some words, in their order. */
  List<String> lines(String words) {
    return bytes
        .toString(StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.contains(words))
        .toList();
  }

  @Override
  public void close() throws ReflectiveOperationException {
    System.setErr(before);
    for (Map.Entry<Logger, Integer> of : levels.entrySet()) {
      level(of.getKey()).setInt(of.getKey(), of.getValue());
    }
  }
}
