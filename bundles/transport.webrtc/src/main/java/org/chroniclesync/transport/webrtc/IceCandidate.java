// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.webrtc;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chroniclesync.support.network.IpLiteral;
import org.jspecify.annotations.Nullable;

/**
 * A candidate (RFC 8839, section 5.1; RFC 6544 for TCP) of a data channel. What a peer sent becomes
 * one of these, and libwebrtc gets only what {@link #line} makes of it.
 *
 * @param foundation equal for candidates that are alike
 * @param transport UDP, or one of TCP's types
 * @param priority 0 to 2^32 − 1
 * @param host where it is
 * @param port 1 to 65535
 * @param type how the peer learned of it
 * @param generation of the peer's ICE session, or null
 * @param ufrag the ICE session that it belongs to, or null
 * @param networkId Chromium's number of the peer's network, or null
 * @param networkCost Chromium's cost of the peer's network, or null
 */
record IceCandidate(
    String foundation,
    Transport transport,
    long priority,
    Host host,
    int port,
    Type type,
    @Nullable String generation,
    @Nullable String ufrag,
    @Nullable String networkId,
    @Nullable String networkCost) {
  private static final int MAX_PORT = 65_535;
  private static final long MAX_PRIORITY = 0xFFFF_FFFFL;
  private static final int MAX_EXTENSIONS = 16;

  /** Its last group is what follows the type. */
  private static final Pattern LINE =
      Pattern.compile(
          "(?:a=)?candidate:([A-Za-z0-9+/]{1,32}) 1 ([A-Za-z]{3}) ([0-9]{1,10})"
              + " ([0-9A-Fa-f:][0-9A-Fa-f:.]{1,44}|[0-9A-Za-z-]{36}\\.local) ([0-9]{1,5})"
              + " typ (host|srflx|prflx|relay)((?: [!-~]{1,64} [!-~]{1,256})*) ?");

  private static final Pattern EXTENSION = Pattern.compile(" ([!-~]+) ([!-~]+)");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,5}");
  private static final Pattern UFRAG = Pattern.compile("[A-Za-z0-9+/]{4,256}");

  /** A name as browsers make it up to hide an address: a random UUID. */
  private static final Pattern NAME =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\\.local");

  /** How it is reached. */
  enum Transport {
    UDP,
    TCP_ACTIVE,
    TCP_PASSIVE,
    TCP_SO;

    private String text() {
      return this == UDP ? "udp" : "tcp";
    }

    private String tcpType() {
      return this == UDP ? "" : " tcptype " + name().substring(4).toLowerCase(Locale.ROOT);
    }
  }

  /** How the peer learned of it. */
  enum Type {
    HOST,
    SRFLX,
    PRFLX,
    RELAY
  }

  /** Where a candidate is. */
  sealed interface Host {
    /** The text in a candidate line. */
    String text();

    /**
     * An address.
     *
     * @param value IPv4 or IPv6, without a scope
     */
    record Address(InetAddress value) implements Host {
      @Override
      public String text() {
        return value.getHostAddress();
      }
    }

    /**
     * A name that only multicast DNS knows.
     *
     * @param value a UUID and {@code .local}
     */
    record Name(String value) implements Host {
      @Override
      public String text() {
        return value;
      }
    }
  }

  /** Returns null for what is no candidate, or none that a data channel has a use for. */
  static @Nullable IceCandidate parse(String text) {
    Matcher line = LINE.matcher(text);
    if (!line.matches()) {
      return null;
    }
    Map<String, String> extensions = extensions(line.group(7));
    Host host = host(line.group(4));
    int port = Integer.parseInt(line.group(5));
    long priority = Long.parseLong(line.group(3));
    if (extensions == null || host == null || port < 1 || port > MAX_PORT) {
      return null;
    }
    Transport transport = transport(line.group(2), extensions.get("tcptype"));
    if (transport == null || priority > MAX_PRIORITY) {
      return null;
    }
    return new IceCandidate(
        line.group(1),
        transport,
        priority,
        host,
        port,
        Type.valueOf(line.group(6).toUpperCase(Locale.ROOT)),
        matching(NUMBER, extensions.get("generation")),
        matching(UFRAG, extensions.get("ufrag")),
        matching(NUMBER, extensions.get("network-id")),
        matching(NUMBER, extensions.get("network-cost")));
  }

  /** Returns null if there are too many, or one twice. */
  private static @Nullable Map<String, String> extensions(String text) {
    Map<String, String> found = new HashMap<>();
    for (Matcher pair = EXTENSION.matcher(text); pair.find(); ) {
      if (found.size() >= MAX_EXTENSIONS || found.put(pair.group(1), pair.group(2)) != null) {
        return null;
      }
    }
    return found;
  }

  private static @Nullable Transport transport(String name, @Nullable String tcpType) {
    if (name.equalsIgnoreCase("udp")) {
      return tcpType == null ? Transport.UDP : null;
    }
    if (!name.equalsIgnoreCase("tcp") || tcpType == null) {
      return null;
    }
    return switch (tcpType) {
      case "active" -> Transport.TCP_ACTIVE;
      case "passive" -> Transport.TCP_PASSIVE;
      case "so" -> Transport.TCP_SO;
      default -> null;
    };
  }

  private static @Nullable Host host(String text) {
    if (NAME.matcher(text).matches()) {
      return new Host.Name(text);
    }
    InetAddress address = IpLiteral.parse(text);
    return address == null ? null : new Host.Address(address);
  }

  private static @Nullable String matching(Pattern pattern, @Nullable String text) {
    return text != null && pattern.matcher(text).matches() ? text : null;
  }

  /** The candidate as libwebrtc reads it, without {@code a=}. */
  String line() {
    return "candidate:"
        + foundation
        + " 1 "
        + transport.text()
        + " "
        + priority
        + " "
        + host.text()
        + " "
        + port
        + " typ "
        + type.name().toLowerCase(Locale.ROOT)
        + transport.tcpType()
        + extension("generation", generation)
        + extension("ufrag", ufrag)
        + extension("network-id", networkId)
        + extension("network-cost", networkCost);
  }

  private static String extension(String name, @Nullable String value) {
    return value == null ? "" : " " + name + " " + value;
  }
}
