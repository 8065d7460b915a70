// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.mdns;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.net.InetAddress;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The part of DNS (RFC 1035, 6762, 6763) that is needed: who is an instance of a service, and on
 * which port. All that comes is bounded by the packet that it comes in.
 */
final class Dns {
  /** Longest packet that is sent or read, in bytes. */
  static final int MAX_BYTES = 1_472;

  private static final int PTR = 12;
  private static final int TXT = 16;
  private static final int A = 1;
  private static final int AAAA = 28;
  private static final int SRV = 33;
  private static final int ANY = 255;
  private static final int IN = 1;

  /** In answers: there is no other such record. In questions: an answer by unicast will do. */
  private static final int TOP_BIT = 0x8000;

  private static final int ANSWER_FLAGS = 0x8400;
  private static final int RESPONSE = 0x8000;
  private static final int OPCODE_AND_RCODE = 0x780f;
  private static final int TTL_SECONDS = 120;
  private static final int MAX_RECORDS = 64;
  private static final int MAX_NAME_CHARS = 255;
  private static final int POINTER = 0xc0;
  private static final String BEHIND = "._tcp.local";

  private Dns() {}

  /**
   * What a packet says that matters here.
   *
   * @param questions the services that are asked for, without the underscore
   * @param known the labels of instances that the sender of a question knows of
   * @param instances the instances that an answer tells of
   */
  record Message(List<String> questions, List<String> known, List<Instance> instances) {}

  /**
   * An instance of a service.
   *
   * @param service the service, without the underscore
   * @param label its own label
   * @param port where it listens
   */
  record Instance(String service, String label, int port) {}

  /** Asks who is an instance of a service; {@code label}, the asker's own, is no news. */
  static byte[] question(String service, String label) {
    ByteBuffer packet = ByteBuffer.allocate(MAX_BYTES);
    header(packet, 0, 1, 1, 0);
    name(packet, "_" + service + BEHIND);
    packet.putShort((short) PTR).putShort((short) IN);
    pointer(packet, service, label);
    return taken(packet);
  }

  /** Says where an instance is. */
  static byte[] answer(Instance instance, String host, InetAddress address) {
    String full = instance.label() + "._" + instance.service() + BEHIND;
    ByteBuffer packet = ByteBuffer.allocate(MAX_BYTES);
    header(packet, ANSWER_FLAGS, 0, 1, 3);
    pointer(packet, instance.service(), instance.label());
    record(packet, full, SRV, IN | TOP_BIT);
    int srv = packet.position();
    packet.putShort((short) 0).putInt(0).putShort((short) instance.port());
    name(packet, host + ".local");
    length(packet, srv);
    record(packet, full, TXT, IN | TOP_BIT);
    packet.putShort((short) 1).put((byte) 0);
    byte[] bytes = address.getAddress();
    record(packet, host + ".local", bytes.length == 4 ? A : AAAA, IN | TOP_BIT);
    packet.putShort((short) bytes.length).put(bytes);
    return taken(packet);
  }

  private static void header(
      ByteBuffer packet, int flags, int questions, int answers, int additional) {
    packet.putShort((short) 0).putShort((short) flags).putShort((short) questions);
    packet.putShort((short) answers).putShort((short) 0).putShort((short) additional);
  }

  private static void pointer(ByteBuffer packet, String service, String label) {
    record(packet, "_" + service + BEHIND, PTR, IN);
    int start = packet.position();
    packet.putShort((short) 0);
    name(packet, label + "._" + service + BEHIND);
    length(packet, start);
  }

  private static void record(ByteBuffer packet, String name, int type, int kind) {
    name(packet, name);
    packet.putShort((short) type).putShort((short) kind).putInt(TTL_SECONDS);
  }

  private static void length(ByteBuffer packet, int start) {
    packet.putShort(start, (short) (packet.position() - start - Short.BYTES));
  }

  private static void name(ByteBuffer packet, String name) {
    for (String label : name.split("\\.", -1)) {
      packet.put((byte) label.length()).put(label.getBytes(US_ASCII));
    }
    packet.put((byte) 0);
  }

  private static byte[] taken(ByteBuffer packet) {
    byte[] bytes = new byte[packet.flip().remaining()];
    packet.get(bytes);
    return bytes;
  }

  /** Reads a packet, or returns null if it is none that could be of interest. */
  static @Nullable Message read(ByteBuffer packet) {
    try {
      return new Reader(packet.slice()).read();
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      return null;
    }
  }

  private record Pointed(String service, String label) {}

  private record Listening(String name, int port) {}

  /** Reads one packet. */
  private static final class Reader {
    private final ByteBuffer packet;
    private final List<String> questions = new ArrayList<>();
    private final List<Pointed> pointers = new ArrayList<>();
    private final List<Listening> ports = new ArrayList<>();

    Reader(ByteBuffer packet) {
      this.packet = packet;
    }

    Message read() {
      packet.getShort();
      int flags = unsigned();
      int asked = unsigned();
      int records = unsigned() + unsigned() + unsigned();
      if ((flags & OPCODE_AND_RCODE) != 0 || asked > MAX_RECORDS || records > MAX_RECORDS) {
        throw new IllegalArgumentException("not of interest");
      }
      for (int i = 0; i < asked; i++) {
        question();
      }
      for (int i = 0; i < records; i++) {
        answer();
      }
      return (flags & RESPONSE) == 0
          ? new Message(questions, pointers.stream().map(Pointed::label).toList(), List.of())
          : new Message(List.of(), List.of(), instances());
    }

    private List<Instance> instances() {
      List<Instance> instances = new ArrayList<>();
      for (Pointed pointed : pointers) {
        String full = pointed.label() + "._" + pointed.service() + BEHIND;
        ports.stream()
            .filter(one -> one.name().equals(full))
            .findFirst()
            .ifPresent(
                one -> instances.add(new Instance(pointed.service(), pointed.label(), one.port())));
      }
      return instances;
    }

    private void question() {
      String service = service(name());
      int type = unsigned();
      int kind = unsigned() & ~TOP_BIT;
      if (service != null && (type == PTR || type == ANY) && (kind == IN || kind == ANY)) {
        questions.add(service);
      }
    }

    private void answer() {
      String name = name();
      int type = unsigned();
      unsigned();
      packet.getInt();
      int length = unsigned();
      int end = packet.position() + length;
      if (end > packet.limit()) {
        throw new IllegalArgumentException("a record that is cut off");
      }
      if (type == PTR) {
        pointed(service(name));
      } else if (type == SRV) {
        packet.getInt();
        ports.add(new Listening(name, unsigned()));
      }
      packet.position(end);
    }

    private void pointed(@Nullable String service) {
      String name = name();
      String behind = "._" + service + BEHIND;
      if (service != null && name.endsWith(behind)) {
        pointers.add(new Pointed(service, name.substring(0, name.length() - behind.length())));
      }
    }

    private static @Nullable String service(String name) {
      return name.startsWith("_") && name.endsWith(BEHIND)
          ? name.substring(1, name.length() - BEHIND.length())
          : null;
    }

    private int unsigned() {
      return Short.toUnsignedInt(packet.getShort());
    }

    /** A pointer only leads back, so that none leads round in a circle. */
    private String name() {
      StringBuilder name = new StringBuilder();
      int back = -1;
      int before = packet.position();
      for (int length = labelLength(); length != 0; length = labelLength()) {
        if ((length & POINTER) == POINTER) {
          int target = (length & ~POINTER) << Byte.SIZE | Byte.toUnsignedInt(packet.get());
          back = back < 0 ? packet.position() : back;
          if (target >= before) {
            throw new IllegalArgumentException("a name that goes forward");
          }
          before = target;
          packet.position(target);
        } else {
          label(name, length);
        }
      }
      if (back >= 0) {
        packet.position(back);
      }
      return name.toString();
    }

    private int labelLength() {
      return Byte.toUnsignedInt(packet.get());
    }

    private void label(StringBuilder name, int length) {
      byte[] label = new byte[length & ~POINTER];
      packet.get(label);
      if (length > label.length || name.length() + length > MAX_NAME_CHARS) {
        throw new IllegalArgumentException("a label of " + length + " bytes");
      }
      name.append(name.isEmpty() ? "" : ".");
      name.append(new String(label, US_ASCII).toLowerCase(Locale.ROOT));
    }
  }
}
