// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.chroniclesync.support.configuration.ConfigurationValues;

/** The limits, checked. {@link Config} says what happens when one is hit. */
record LimitValues(
    int frameBytes,
    int peersPerRoom,
    int rooms,
    int connections,
    int connectionsPerAddress,
    Duration handshake,
    int handshakes,
    int messagesPerSecond,
    int messageBurst,
    int malformedMessages,
    Duration idle,
    int queuedBytes,
    int retryAfterSeconds,
    int returnSeconds) {
  /** Returns all numbers that a count can reach, by the names of their keys. */
  Map<String, Long> counted() {
    Map<String, Long> counted = new TreeMap<>();
    counted.put("peers_per_room", (long) peersPerRoom);
    counted.put("rooms", (long) rooms);
    counted.put("connections", (long) connections);
    counted.put("connections_per_address", (long) connectionsPerAddress);
    counted.put("handshakes", (long) handshakes);
    counted.put("queued_bytes_per_connection", (long) queuedBytes);
    return counted;
  }

  static LimitValues of(Config config) {
    ConfigurationValues values = Settings.VALUES;
    return new LimitValues(
        values.wholeNumber("frameBytes", config::frameBytes, 1_024, 1_048_576),
        values.wholeNumber("peersPerRoom", config::peersPerRoom, 2, 256),
        values.wholeNumber("rooms", config::rooms, 1, 1_000_000),
        values.wholeNumber("connections", config::connections, 1, 1_000_000),
        values.wholeNumber("connectionsPerAddress", config::connectionsPerAddress, 1, 1_000_000),
        values.millis("handshakeMillis", config::handshakeMillis, 200, 120_000),
        values.wholeNumber("handshakes", config::handshakes, 1, 1_000_000),
        values.wholeNumber("messagesPerSecond", config::messagesPerSecond, 1, 100_000),
        values.wholeNumber("messageBurst", config::messageBurst, 1, 1_000_000),
        values.wholeNumber("malformedMessages", config::malformedMessages, 0, 1_000),
        values.millis("idleMillis", config::idleMillis, 200, 3_600_000),
        values.wholeNumber("queuedBytes", config::queuedBytes, 65_536, 67_108_864),
        values.wholeNumber("retryAfterSeconds", config::retryAfterSeconds, 1, 86_400),
        values.wholeNumber("returnSeconds", config::returnSeconds, 0, 3_600));
  }
}
