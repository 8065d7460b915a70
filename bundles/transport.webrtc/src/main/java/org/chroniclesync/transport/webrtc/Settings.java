// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.webrtc;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.chroniclesync.support.configuration.ConfigurationValues;

/** The configuration, checked. */
record Settings(
    List<IceServer> iceServers,
    boolean relayOnly,
    Duration connectTimeout,
    Duration gatherTimeout,
    Duration disconnectedTimeout,
    int sendBufferBytes,
    int receiveBufferBytes) {
  static final String PID = "org.chroniclesync.transport.webrtc";
  private static final ConfigurationValues VALUES = ConfigurationValues.of(PID);
  private static final int MAX_SERVERS = 16;

  static Settings of(Config config) {
    VALUES.atMost("iceServers", config.iceServers().length, MAX_SERVERS);
    List<IceServer> servers = servers(config.iceServers());
    return new Settings(
        servers,
        relayOnly(config, servers),
        VALUES.millis("connectTimeoutMillis", config::connectTimeoutMillis, 1_000, 600_000),
        VALUES.millis("gatherTimeoutMillis", config::gatherTimeoutMillis, 100, 60_000),
        VALUES.millis("disconnectedTimeoutMillis", config::disconnectedTimeoutMillis, 0, 600_000),
        VALUES.wholeNumber("sendBufferBytes", config::sendBufferBytes, 262_144, 8_388_608),
        VALUES.wholeNumber("receiveBufferBytes", config::receiveBufferBytes, 1_048_576, 1 << 30));
  }

  private static List<IceServer> servers(String... lines) {
    return Arrays.stream(lines).map(line -> IceServer.of(line, VALUES)).toList();
  }

  private static boolean relayOnly(Config config, List<IceServer> servers) {
    if (config.relayOnly() && servers.stream().noneMatch(IceServer::relays)) {
      throw new IllegalArgumentException(
          "relayOnly of " + PID + " needs a TURN server in iceServers, else nothing connects.");
    }
    return config.relayOnly();
  }
}
