// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.webrtc;

import dev.onvoid.webrtc.RTCIceServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/** The configuration, checked. */
record Settings(
    List<RTCIceServer> iceServers,
    Duration connectTimeout,
    Duration gatherTimeout,
    Duration disconnectedTimeout,
    int sendBufferBytes,
    int receiveBufferBytes) {
  private static final String PID = "org.chroniclesync.transport.webrtc";
  private static final int MAX_SERVERS = 16;

  static Settings of(Config config) {
    within("connectTimeoutMillis", config::connectTimeoutMillis, 1_000, 600_000);
    within("gatherTimeoutMillis", config::gatherTimeoutMillis, 100, 60_000);
    within("disconnectedTimeoutMillis", config::disconnectedTimeoutMillis, 0, 600_000);
    within("sendBufferBytes", config::sendBufferBytes, 262_144, 8_388_608);
    within("receiveBufferBytes", config::receiveBufferBytes, 1_048_576, 1 << 30);
    within("iceServers, how many", () -> config.iceServers().length, 0, MAX_SERVERS);
    return new Settings(
        servers(config.iceServers()),
        Duration.ofMillis(config.connectTimeoutMillis()),
        Duration.ofMillis(config.gatherTimeoutMillis()),
        Duration.ofMillis(config.disconnectedTimeoutMillis()),
        config.sendBufferBytes(),
        config.receiveBufferBytes());
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
      throw new IllegalArgumentException(
          PID
              + ": iceServers: '"
              + url
              + "' is neither stun:HOST[:PORT] nor turn:HOST[:PORT]|username|credential file");
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
      if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
        Set<PosixFilePermission> others = EnumSet.copyOf(Files.getPosixFilePermissions(file));
        others.removeAll(
            EnumSet.of(
                PosixFilePermission.OWNER_READ,
                PosixFilePermission.OWNER_WRITE,
                PosixFilePermission.OWNER_EXECUTE));
        if (!others.isEmpty()) {
          throw new IllegalArgumentException(
              PID + ": iceServers: others can read " + file + "; run: chmod 600 " + file);
        }
      }
      List<String> lines = Files.readAllLines(file);
      if (lines.isEmpty() || lines.get(0).isBlank()) {
        throw new IllegalArgumentException(PID + ": iceServers: " + file + " is empty");
      }
      return lines.get(0).trim();
    } catch (IOException e) {
      throw new IllegalArgumentException(PID + ": iceServers: " + file + " cannot be read", e);
    }
  }

  private static long within(String key, LongSupplier value, long least, long most) {
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
    return given;
  }

  private static String sentence(String key, String value, long least, long most) {
    return PID + ": " + key + " is " + value + "; it must be " + least + " to " + most;
  }
}
