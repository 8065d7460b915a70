// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import java.time.Duration;
import java.util.function.LongSupplier;

/** The limits, checked. What each does when it is hit says {@link Config}. */
record Limits(
    int frameBytes,
    int peersPerRoom,
    int rooms,
    int connections,
    int connectionsPerAddress,
    int messagesPerSecond,
    int messageBurst,
    int malformedMessages,
    Duration idle,
    int queuedBytes,
    int retryAfterSeconds) {
  private static final String PID = "org.chroniclesync.discovery.server";

  static Limits of(Config config) {
    return new Limits(
        within("frameBytes", config::frameBytes, 1_024, 1_048_576),
        within("peersPerRoom", config::peersPerRoom, 2, 256),
        within("rooms", config::rooms, 1, 1_000_000),
        within("connections", config::connections, 1, 1_000_000),
        within("connectionsPerAddress", config::connectionsPerAddress, 1, 1_000_000),
        within("messagesPerSecond", config::messagesPerSecond, 1, 100_000),
        within("messageBurst", config::messageBurst, 1, 1_000_000),
        within("malformedMessages", config::malformedMessages, 0, 1_000),
        Duration.ofMillis(within("idleMillis", config::idleMillis, 200, 3_600_000)),
        within("queuedBytes", config::queuedBytes, 65_536, 67_108_864),
        within("retryAfterSeconds", config::retryAfterSeconds, 1, 86_400));
  }

  private static int within(String key, LongSupplier value, int least, int most) {
    long given;
    try {
      given = value.getAsLong();
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          sentence(key, "no whole number (" + e.getMessage() + ")", least, most), e);
    }
    if (given < least || given > most) {
      throw new IllegalArgumentException(sentence(key, Long.toString(given), least, most));
    }
    return (int) given;
  }

  private static String sentence(String key, String value, long least, long most) {
    return PID + ": " + key + " is " + value + "; it must be " + least + " to " + most;
  }
}
