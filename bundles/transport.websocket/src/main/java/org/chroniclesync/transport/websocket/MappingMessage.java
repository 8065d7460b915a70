// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.websocket;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is said to a router to have a TCP port forwarded: PCP (RFC 6887), and what was before it,
 * NAT-PMP (RFC 6886). What comes back may be from anybody, so all of it is checked.
 */
final class MappingMessage {
  /** Longest answer; both fit well. */
  static final int MAX_BYTES = 1_100;

  static final int PORT = 5351;
  static final int NONCE_BYTES = 12;

  private static final byte PCP = 2;
  private static final byte NAT_PMP = 0;
  private static final byte MAP = 1;
  private static final byte OUTSIDE = 0;
  private static final byte MAP_TCP = 2;
  private static final byte ANSWER = (byte) 0x80;
  private static final byte TCP = 6;
  private static final int PCP_BYTES = 60;
  private static final int OUTSIDE_BYTES = 12;
  private static final int MAPPED_BYTES = 16;
  private static final int SUCCESS = 0;

  private MappingMessage() {}

  /** What came back. */
  sealed interface Answer {
    /** It speaks NAT-PMP only. */
    record Older() implements Answer {}

    /** It does not want to. */
    record Refused(String why) implements Answer {}

    /** The address outside. */
    record Outside(InetAddress address) implements Answer {}

    /** The port outside, for so long; the address if the answer says it, too. */
    record Mapped(@Nullable InetAddress address, int port, long seconds) implements Answer {}
  }

  /** Asks by PCP for a port, or gives it back with no seconds. */
  static byte[] pcp(InetAddress own, byte[] nonce, int inside, int outside, long seconds) {
    return ByteBuffer.allocate(PCP_BYTES)
        .put(PCP)
        .put(MAP)
        .putShort((short) 0)
        .putInt((int) seconds)
        .put(mapped(own.getAddress()))
        .put(nonce)
        .put(TCP)
        .put(new byte[3])
        .putShort((short) inside)
        .putShort((short) outside)
        .put(mapped(new byte[4]))
        .array();
  }

  private static byte[] mapped(byte[] four) {
    return ByteBuffer.allocate(16).position(10).putShort((short) 0xffff).put(four).array();
  }

  /** Asks by NAT-PMP for the address outside. */
  static byte[] outside() {
    return new byte[] {NAT_PMP, OUTSIDE};
  }

  /** Asks by NAT-PMP for a port, or gives it back with no seconds. */
  static byte[] natPmp(int inside, int outside, long seconds) {
    return ByteBuffer.allocate(12)
        .put(NAT_PMP)
        .put(MAP_TCP)
        .putShort((short) 0)
        .putShort((short) inside)
        .putShort((short) (seconds == 0 ? 0 : outside))
        .putInt((int) seconds)
        .array();
  }

  /** Reads an answer; null for what is none to such a question. */
  static @Nullable Answer read(byte[] packet, byte[] nonce, int inside) {
    if (packet.length < 4) {
      return null;
    }
    ByteBuffer in = ByteBuffer.wrap(packet);
    if (packet[0] == PCP) {
      return packet[1] == (MAP | ANSWER) ? pcpAnswer(packet, nonce, inside) : null;
    }
    if (packet[0] != NAT_PMP) {
      return null;
    }
    int result = in.getShort(2) & 0xffff;
    if (result == 1) {
      return new Answer.Older();
    }
    if (result != SUCCESS) {
      return new Answer.Refused(older(result));
    }
    if (packet[1] == (OUTSIDE | ANSWER) && packet.length >= OUTSIDE_BYTES) {
      return new Answer.Outside(address(Arrays.copyOfRange(packet, 8, 12)));
    }
    boolean ours =
        packet[1] == (MAP_TCP | ANSWER)
            && packet.length >= MAPPED_BYTES
            && (in.getShort(8) & 0xffff) == inside;
    return ours ? mapped(null, in.getShort(10) & 0xffff, in.getInt(12) & 0xffffffffL) : null;
  }

  /** Tells whether an answer is of the kind that was asked for; a late one may be of another. */
  static boolean fits(byte[] question, Answer answer) {
    boolean asksOutside = question[0] == NAT_PMP && question[1] == OUTSIDE;
    if (answer instanceof Answer.Mapped mapped) {
      return !asksOutside && (question[0] == PCP) == (mapped.address() != null);
    }
    return !(answer instanceof Answer.Outside) || asksOutside;
  }

  private static @Nullable Answer pcpAnswer(byte[] packet, byte[] nonce, int inside) {
    ByteBuffer in = ByteBuffer.wrap(packet);
    int result = in.get(3) & 0xff;
    if (result == 1) {
      return new Answer.Older();
    }
    boolean ours =
        packet.length >= PCP_BYTES
            && Arrays.equals(Arrays.copyOfRange(packet, 24, 36), nonce)
            && packet[36] == TCP
            && (in.getShort(40) & 0xffff) == inside;
    if (!ours) {
      return null;
    }
    if (result != SUCCESS) {
      return new Answer.Refused(newer(result));
    }
    return mapped(
        address(Arrays.copyOfRange(packet, 44, 60)),
        in.getShort(42) & 0xffff,
        in.getInt(4) & 0xffffffffL);
  }

  private static @Nullable Answer mapped(@Nullable InetAddress address, int port, long seconds) {
    return port == 0 && seconds > 0 ? null : new Answer.Mapped(address, port, seconds);
  }

  private static InetAddress address(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String newer(int result) {
    return switch (result) {
      case 2, 13 -> "it does not allow that";
      case 7 -> "its own network is not up";
      case 8, 10 -> "it has no place for another port";
      case 11 -> "the port outside is taken";
      default -> "it refuses with code " + result;
    };
  }

  private static String older(int result) {
    return switch (result) {
      case 2 -> "it does not allow that";
      case 3 -> "its own network is not up";
      case 4 -> "it has no place for another port";
      default -> "it refuses with code " + result;
    };
  }
}
