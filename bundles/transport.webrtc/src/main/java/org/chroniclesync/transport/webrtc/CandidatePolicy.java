// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.webrtc;

import java.net.InetAddress;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which of a peer's candidates one attempt may send to. libwebrtc sends STUN to each address that a
 * peer lists, and opens a connection to each that it lists for TCP. A peer that has not proved the
 * account's key could so make a node talk to anybody, and ask around in the network behind a
 * router; see {@code docs/security.md}. On the transport's thread only.
 */
final class CandidatePolicy {
  static final int MAX_OF_A_PROVEN_PEER = 256;
  static final int MAX_OF_A_STRANGER = 16;

  /** A browser makes up a name for each address of its own; looking one up asks the network. */
  static final int MAX_NAMES_OF_A_STRANGER = 4;

  /**
   * Below are the services: name and time servers answer a stray packet. No client has a port of
   * those, and a router that maps ports keeps them out (RFC 4787, section 4.2.2).
   */
  static final int MIN_PORT_OF_A_STRANGER = 1_024;

  /** Null for a proven peer. */
  private final @Nullable LocalNetwork around;

  private final Set<String> admitted = new HashSet<>();
  private int names;

  private CandidatePolicy(@Nullable LocalNetwork around) {
    this.around = around;
  }

  static CandidatePolicy ofAProvenPeer() {
    return new CandidatePolicy(null);
  }

  static CandidatePolicy ofAStranger(LocalNetwork around) {
    return new CandidatePolicy(around);
  }

  /** Tells whether a candidate may be used, and counts it if so. */
  boolean admits(IceCandidate candidate) {
    LocalNetwork network = around;
    String place = candidate.transport() + " " + candidate.host().text() + " " + candidate.port();
    if (network == null) {
      return admitted.contains(place)
          || (admitted.size() < MAX_OF_A_PROVEN_PEER && admitted.add(place));
    }
    if (admitted.size() >= MAX_OF_A_STRANGER
        || candidate.transport() != IceCandidate.Transport.UDP
        || candidate.port() < MIN_PORT_OF_A_STRANGER
        || !isHarmless(candidate.host(), network)) {
      return false;
    }
    // The same place again would only be sent to again.
    return admitted.add(place);
  }

  private boolean isHarmless(IceCandidate.Host host, LocalNetwork network) {
    if (host instanceof IceCandidate.Host.Address address) {
      return mayBeThere(address.value(), network);
    }
    return ++names <= MAX_NAMES_OF_A_STRANGER;
  }

  /**
   * Whether a device of the person's may be at an address: anywhere in the internet, or in a
   * network that this node is in, too.
   */
  private static boolean mayBeThere(InetAddress address, LocalNetwork network) {
    if (address.isAnyLocalAddress()
        || address.isMulticastAddress()
        || network.isBroadcast(address)) {
      return false;
    }
    if (address.isLoopbackAddress()) {
      return network.isAlone();
    }
    return network.isBeside(address) || isGlobal(address.getAddress());
  }

  /** What IANA's registries of special addresses (RFC 6890) call globally reachable. */
  private static boolean isGlobal(byte[] address) {
    return address.length == 4 ? isGlobalV4(address) : isGlobalV6(address);
  }

  private static boolean isGlobalV4(byte[] address) {
    int first = address[0] & 0xFF;
    int second = address[1] & 0xFF;
    int third = address[2] & 0xFF;
    return switch (first) {
      case 0, 10, 127 -> false;
      case 100 -> second < 64 || second > 127;
      case 169 -> second != 254;
      case 172 -> second < 16 || second > 31;
      case 192 ->
          second != 168
              && !(second == 0 && (third == 0 || third == 2))
              && !(second == 88 && third == 99);
      case 198 -> second != 18 && second != 19 && !(second == 51 && third == 100);
      case 203 -> !(second == 0 && third == 113);
      default -> first < 224;
    };
  }

  /**
   * Of 2000::/3 without what carries an IPv4 address inside (Teredo, 6to4), which would be a way
   * around the rules of those, and without documentation.
   */
  private static boolean isGlobalV6(byte[] address) {
    int first = (address[0] & 0xFF) << 8 | (address[1] & 0xFF);
    int second = (address[2] & 0xFF) << 8 | (address[3] & 0xFF);
    boolean special = first == 0x2001 && (second < 0x0200 || second == 0x0DB8);
    return first >= 0x2000 && first < 0x3FFF && first != 0x2002 && !special;
  }
}
