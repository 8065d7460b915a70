// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.webrtc;

import dev.onvoid.webrtc.RTCIceServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.chroniclesync.support.configuration.ConfigurationValues;
import org.chroniclesync.support.files.PrivateFiles;
import org.jspecify.annotations.Nullable;

/** The configuration, checked. */
record Settings(
    List<RTCIceServer> iceServers,
    Duration connectTimeout,
    Duration gatherTimeout,
    Duration disconnectedTimeout,
    int sendBufferBytes,
    int receiveBufferBytes) {
  private static final String PID = "org.chroniclesync.transport.webrtc";
  private static final ConfigurationValues VALUES = ConfigurationValues.of(PID);
  private static final int MAX_SERVERS = 16;

  static Settings of(Config config) {
    VALUES.atMost("iceServers", config.iceServers().length, MAX_SERVERS);
    return new Settings(
        servers(config.iceServers()),
        VALUES.millis("connectTimeoutMillis", config::connectTimeoutMillis, 1_000, 600_000),
        VALUES.millis("gatherTimeoutMillis", config::gatherTimeoutMillis, 100, 60_000),
        VALUES.millis("disconnectedTimeoutMillis", config::disconnectedTimeoutMillis, 0, 600_000),
        VALUES.wholeNumber("sendBufferBytes", config::sendBufferBytes, 262_144, 8_388_608),
        VALUES.wholeNumber("receiveBufferBytes", config::receiveBufferBytes, 1_048_576, 1 << 30));
  }

  private static List<RTCIceServer> servers(String[] lines) {
    List<RTCIceServer> servers = new ArrayList<>();
    for (String line : lines) {
      servers.add(server(line));
    }
    return List.copyOf(servers);
  }

  private static RTCIceServer server(String line) {
    String[] parts = line.split("\\|", -1);
    String url = parts[0].trim();
    if (!url.matches("(stun|stuns|turn|turns):[^\\s]+")
        || (parts.length != 1 && parts.length != 3)) {
      throw VALUES.refuseElement(
          "iceServers", url, "stun:HOST[:PORT] or turn:HOST[:PORT]|username|credential file");
    }
    RTCIceServer server = new RTCIceServer();
    server.urls.add(url);
    if (parts.length == 3) {
      server.username = parts[1].trim();
      server.password = credential(Path.of(parts[2].trim()));
    }
    return server;
  }

  private static String credential(Path file) {
    try {
      if (PrivateFiles.isOpenToOthers(file)) {
        throw refusal(file, "can be read by others; run: chmod 600 " + file, null);
      }
      List<String> lines = Files.readAllLines(file);
      if (lines.isEmpty() || lines.get(0).isBlank()) {
        throw refusal(file, "is empty", null);
      }
      return lines.get(0).trim();
    } catch (IOException e) {
      throw refusal(file, "cannot be read", e);
    }
  }

  private static IllegalArgumentException refusal(
      Path file, String why, @Nullable IOException cause) {
    return new IllegalArgumentException(
        "The credential file " + file + ", named in iceServers of " + PID + ", " + why + ".",
        cause);
  }
}
