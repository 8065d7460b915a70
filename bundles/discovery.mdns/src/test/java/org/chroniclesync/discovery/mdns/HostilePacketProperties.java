// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.mdns;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.testkits.discovery.NodeCredentials;
import org.chroniclesync.testkits.mutations.Mutations;

/**
 * What comes from a network, changed at random. For more than the thousand that the build takes:
 * {@code -Djqwik.tries.default=1000000}.
 */
class HostilePacketProperties {
  private static final NodeCredentials NODE = NodeCredentials.create();
  private static final byte[] HASH = Crypto.random(32);
  private static final String LABEL = "a".repeat(HourSecret.LABEL_CHARS);
  private static final List<byte[]> PACKETS =
      List.of(
          Dns.question("abcdefghijklmno", LABEL),
          Dns.answer(
              new Dns.Instance("abcdefghijklmno", LABEL, 40_000),
              "host",
              InetAddress.getLoopbackAddress()));
  private static final List<byte[]> FRAMES =
      List.of(
          Introduction.write("b".repeat(48), NODE, NODE.room(), HASH, true),
          Frame.write(Frame.PING),
          Frame.write(Frame.INSTANCES, "c".repeat(48)),
          Frame.ofSignal(Frame.text(new Signal.Offer("v=0", true))),
          Frame.ofSignal(Frame.text(new Signal.Candidate("0", 1, "candidate"))),
          Frame.ofSignal(Frame.text(new Signal.Candidate(null, 1, "candidate"))),
          Frame.ofSignal(Frame.text(new Signal.Sealed("AAAA"))));

  @Provide
  Arbitrary<byte[]> packets() {
    return Mutations.ofBytes(PACKETS);
  }

  @Provide
  Arbitrary<byte[]> frames() {
    return Mutations.ofBytes(FRAMES);
  }

  @Property
  void aPacketIsReadWithinBoundsOrNotAtAll(@ForAll("packets") byte[] packet) {
    Dns.Message message = Dns.read(ByteBuffer.wrap(packet));

    if (message != null) {
      assertThat(message.questions()).hasSizeLessThanOrEqualTo(64);
      assertThat(message.instances()).allMatch(one -> one.label().length() <= 255);
      assertThat(message.instances()).allMatch(one -> one.port() >= 0 && one.port() <= 65_535);
    }
  }

  @Property
  void aFrameIsReadWithinBoundsOrRefused(@ForAll("frames") byte[] frame) {
    if (frame.length == 0) {
      return;
    }
    ByteBuffer body = ByteBuffer.wrap(frame, 1, frame.length - 1);
    try {
      if (frame[0] == Frame.INTRODUCTION) {
        Introduction read = Introduction.read(body, NODE.room(), HASH, true);
        assertThat(read == null || read.peer().equals(NODE.peer())).isTrue();
      } else {
        Signal signal = Frame.signal(frame[0], body);
        assertThat(signal == null || Frame.text(signal).length() <= Frame.MAX_BYTES).isTrue();
      }
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      return; // refused: a link closes then
    }
  }
}
