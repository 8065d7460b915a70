// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.websocket;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chroniclesync.support.configuration.ConfigurationValues;
import org.chroniclesync.support.network.IpLiteral;
import org.jspecify.annotations.Nullable;

/**
 * The configuration, checked.
 *
 * @param bindAddress where to listen, or null for everywhere
 * @param advertise what peers are told, with port 0 for the one that is listened at
 */
record Settings(
    @Nullable InetAddress bindAddress,
    int port,
    List<Candidate> advertise,
    boolean mapPort,
    Duration connectTimeout,
    Duration pingInterval,
    Duration silence,
    int sendBufferBytes,
    int receiveBufferBytes) {
  private static final ConfigurationValues VALUES =
      ConfigurationValues.of("org.chroniclesync.transport.websocket");
  private static final Pattern ADVERTISED =
      Pattern.compile(
          "\\[(?<v6>[^\\]]+)\\]:(?<v6port>\\d{1,5})|(?<v4>[^:]+):(?<v4port>\\d{1,5})|(?<bare>.+)");

  static Settings of(Config config) {
    VALUES.atMost("advertise", config.advertise().length, Description.MAX_CANDIDATES);
    Settings settings =
        new Settings(
            bindAddress(config.bindAddress().trim()),
            VALUES.wholeNumber("port", config::port, 0, 65_535),
            advertised(config.advertise()),
            config.mapPort(),
            VALUES.millis("connectTimeoutMillis", config::connectTimeoutMillis, 1_000, 600_000),
            VALUES.millis("pingIntervalMillis", config::pingIntervalMillis, 100, 20_000),
            VALUES.millis("silenceMillis", config::silenceMillis, 1_000, 3_600_000),
            VALUES.wholeNumber("sendBufferBytes", config::sendBufferBytes, 262_144, 8_388_608),
            VALUES.wholeNumber(
                "receiveBufferBytes", config::receiveBufferBytes, 262_144, 268_435_456));
    VALUES.moreThan(
        "silenceMillis", config.silenceMillis(), "pingIntervalMillis", config.pingIntervalMillis());
    return settings;
  }

  private static @Nullable InetAddress bindAddress(String text) {
    if (text.isEmpty()) {
      return null;
    }
    InetAddress address = IpLiteral.parse(text);
    if (address == null || address.isMulticastAddress()) {
      throw VALUES.refuse("bindAddress", text, "an IP address of this machine, or empty");
    }
    return address;
  }

  private static List<Candidate> advertised(String[] lines) {
    List<Candidate> all = new ArrayList<>();
    for (String line : lines) {
      Candidate candidate = advertised(line.trim());
      if (candidate == null) {
        throw VALUES.refuseElement(
            "advertise",
            line,
            "ADDRESS, ADDRESS:PORT or [ADDRESS]:PORT, with an IP address that a peer can reach and"
                + " a port from 1 to 65,535");
      }
      all.add(candidate);
    }
    return List.copyOf(all);
  }

  private static @Nullable Candidate advertised(String line) {
    InetAddress bare = Addresses.reachable(line);
    if (bare != null) {
      return new Candidate(bare, 0);
    }
    Matcher matcher = ADVERTISED.matcher(line);
    if (!matcher.matches() || matcher.group("bare") != null) {
      return null;
    }
    boolean six = matcher.group("v6") != null;
    InetAddress address = Addresses.reachable(matcher.group(six ? "v6" : "v4"));
    int port = Integer.parseInt(matcher.group(six ? "v6port" : "v4port"));
    return address == null || port < 1 || port > 65_535 ? null : new Candidate(address, port);
  }
}
