// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.bench;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.chroniclesync.api.transport.Channel;
import org.chroniclesync.api.transport.Frame;
import org.chroniclesync.itests.harness.BareChannel;

/** One end of a channel over which bytes are sent that mean nothing, ordered about like a node. */
final class BareEnd implements Orders {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final BareChannel bare;

  private BareEnd(BareChannel bare) {
    this.bare = bare;
  }

  /** The process: folder, mnemonic, URL of the discovery service. */
  static void main(List<String> arguments) throws Exception {
    PrintStream out = Orders.answers();
    Path folder = Path.of(arguments.get(0));
    try (BareChannel bare =
        BareChannel.start(
            folder, arguments.get(1), arguments.get(2), folder.getFileName().toString())) {
      new BareEnd(bare).serve(out);
    }
  }

  @Override
  public Object obey(String[] order) throws Exception {
    return switch (order[0]) {
      case "send" -> send(Long.parseLong(order[1]), Integer.MAX_VALUE);
      case "send-by" -> send(Long.parseLong(order[1]), Integer.parseInt(order[2]));
      case "receive" -> receive(Long.parseLong(order[1]));
      default -> throw new IllegalArgumentException(order[0]);
    };
  }

  private String send(long bytes, int mostAtOnce) throws Exception {
    Channel channel = bare.await();
    byte[] frame = new byte[Math.min(mostAtOnce, channel.maxFrameBytes())];
    for (long sent = 0; sent < bytes; sent += frame.length) {
      channel.send(new Frame.Binary(frame));
    }
    channel.flush(PATIENCE);
    return "sent";
  }

  /** Returns the microseconds from the first frame until so many bytes are here. */
  private long receive(long bytes) throws Exception {
    Channel channel = bare.await();
    long began = 0;
    for (long received = 0; received < bytes; ) {
      Frame frame = channel.receive(PATIENCE);
      if (!(frame instanceof Frame.Binary binary)) {
        throw new IllegalStateException("nothing came");
      }
      began = began == 0 ? System.nanoTime() : began;
      received += binary.bytes().length;
    }
    return TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - began);
  }
}
