// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import org.chroniclesync.api.transport.CloseReason;
import org.chroniclesync.api.transport.Frame;
import org.chroniclesync.api.transport.support.WireFrame;

/** What the peer of a WebSocket writes, changed at random and cut anywhere. */
class ProtocolProperties {
  /** What one end tells. */
  private static final class Told implements Protocol.Events {
    final List<Frame> frames = new ArrayList<>();
    final List<CloseReason> ends = new ArrayList<>();
    boolean opened;

    @Override
    public void opened() {
      opened = true;
    }

    @Override
    public void received(Frame frame, int bytes) {
      frames.add(frame);
    }

    @Override
    public void closing(CloseReason reason) {
      ends.add(reason);
    }

    @Override
    public void writeDemanded() {}
  }

  /** The bytes that a client writes: its request, and frames of both kinds. */
  private static byte[] written() throws Exception {
    Protocol client = new Protocol(true, new Told());
    Protocol server = new Protocol(false, new Told());
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    client.request();
    drain(client, server, all);
    drain(server, client, new ByteArrayOutputStream());
    client.send(new WireFrame(new byte[300], true));
    client.send(new WireFrame("hello".getBytes(StandardCharsets.UTF_8), false));
    client.ping();
    client.close();
    drain(client, server, all);
    return all.toByteArray();
  }

  private static void drain(Protocol from, Protocol to, ByteArrayOutputStream copy) {
    for (ByteBuffer next = from.next(); next != null; next = from.next()) {
      byte[] bytes = new byte[next.remaining()];
      next.duplicate().get(bytes);
      copy.writeBytes(bytes);
      to.take(next);
    }
  }

  /** A socket never has nothing to read. */
  private static void take(Protocol to, byte[] stream, int from, int end) {
    if (from < end) {
      to.take(ByteBuffer.wrap(Arrays.copyOfRange(stream, from, end)));
    }
  }

  private record Edit(double at, int removed, List<Byte> inserted) {
    byte[] applyTo(byte[] bytes) {
      int from = (int) (at * bytes.length);
      int to = Math.min(bytes.length, from + removed);
      ByteArrayOutputStream changed = new ByteArrayOutputStream();
      changed.write(bytes, 0, from);
      inserted.forEach(changed::write);
      changed.write(bytes, to, bytes.length - to);
      return changed.toByteArray();
    }
  }

  @Provide
  Arbitrary<byte[]> streams() throws Exception {
    byte[] written = written();
    Arbitrary<Edit> edits =
        Combinators.combine(
                Arbitraries.doubles().between(0, 1),
                Arbitraries.integers().between(0, 8),
                Arbitraries.bytes().list().ofMaxSize(8))
            .as(Edit::new);
    return edits
        .list()
        .ofMaxSize(3)
        .map(
            all -> {
              byte[] changed = written;
              for (Edit edit : all) {
                changed = edit.applyTo(changed);
              }
              return changed;
            });
  }

  /** Found by a million changes: the library throws at it. */
  @Example
  void aCloseWhoseReasonIsNoTextIsTheEnd() throws Exception {
    for (int code : new int[] {1_000, 1_002, 1_005, 4_711, 0xb9c2}) {
      Told told = new Told();
      Protocol client = new Protocol(true, new Told());
      Protocol server = new Protocol(false, told);
      client.request();
      drain(client, server, new ByteArrayOutputStream());
      byte[] close = {(byte) 0x88, (byte) 0x83, 0, 0, 0, 0, (byte) (code >> 8), (byte) code, -1};

      take(server, close, 0, close.length);
      take(server, close, 0, close.length);

      assertThat(told.opened).isTrue();
      assertThat(told.ends).isNotEmpty();
      assertThat(told.frames).isEmpty();
      assertThat(server.isOpen()).isFalse();
    }
  }

  @Property
  void whateverArrivesIsFramesWithinBoundsOrTheEnd(
      @ForAll("streams") byte[] stream, @ForAll double where) {
    Told told = new Told();
    Protocol server = new Protocol(false, told);
    int cut = (int) (Math.abs(where % 1) * stream.length);

    take(server, stream, 0, cut);
    take(server, stream, cut, stream.length);

    Statistics.label("opened")
        .collect(told.opened)
        .coverage(coverage -> coverage.check(true).percentage(share -> share > 10));
    assertThat(told.opened || told.frames.isEmpty()).isTrue();
    for (Frame frame : told.frames) {
      assertThat(frame instanceof Frame.Binary binary ? binary.bytes().length : 0)
          .isLessThanOrEqualTo(Description.MAX_MESSAGE_BYTES);
    }
    for (CloseReason end : told.ends) {
      assertThat(end.sentence()).matches("[ -~]+");
    }
    int answers = 0;
    while (server.next() != null) {
      answers++;
    }
    // The answer to the request, to a ping, and the close frame of either side.
    assertThat(answers).isLessThanOrEqualTo(4);
  }
}
