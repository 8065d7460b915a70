// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.chroniclesync.api.crypto.EnvelopeException;
import org.chroniclesync.api.message.MalformedMessageException;
import org.chroniclesync.api.transport.ChannelClosedException;
import org.jspecify.annotations.Nullable;

/**
 * Receives the next message, which is to open and to unpack it, while the one before is being
 * stored: at most two beside that one. Only once the keys are agreed on, since before that it is
 * the one message that says how the next is to be opened.
 */
final class Ahead implements AutoCloseable {
  private final Wire wire;
  private final Duration tick;
  private final BlockingQueue<Item> next = new ArrayBlockingQueue<>(1);
  private final Thread thread = new Thread(this::run, "chroniclesync-session-receiver");
  private volatile boolean closed;

  /** What was received, in its order. */
  private sealed interface Item {
    record Came(Wire.Arrival arrival) implements Item {}

    record Failed(Throwable trouble) implements Item {}
  }

  Ahead(Wire wire, Duration tick) {
    this.wire = wire;
    this.tick = tick;
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
    if (closed) {
      // An interrupt before the start is lost.
      thread.interrupt();
    }
  }

  private void run() {
    try {
      boolean open = true;
      while (open) {
        Item item = receive();
        if (item != null) {
          next.put(item);
          open = !(item instanceof Item.Failed failed) || isOfOneMessage(failed.trouble());
        }
      }
    } catch (InterruptedException e) {
      // It is closed.
    }
  }

  private @Nullable Item receive() throws InterruptedException {
    try {
      Wire.Arrival arrival = wire.receive(tick);
      return arrival == null ? null : new Item.Came(arrival);
    } catch (ChannelClosedException
        | EnvelopeException
        | MalformedMessageException
        | RuntimeException
        | Error e) {
      // Also an error, or whoever waits for what comes next would wait for ever.
      return new Item.Failed(e);
    }
  }

  private static boolean isOfOneMessage(Throwable trouble) {
    return trouble instanceof EnvelopeException || trouble instanceof MalformedMessageException;
  }

  /** Does as {@link Wire#receive} does, but for the time it takes. */
  Wire.@Nullable Arrival receive(Duration patience)
      throws ChannelClosedException,
          InterruptedException,
          EnvelopeException,
          MalformedMessageException {
    Item item = next.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
    if (item instanceof Item.Failed failed) {
      throw thrown(failed.trouble());
    }
    return item instanceof Item.Came came ? came.arrival() : null;
  }

  private static RuntimeException thrown(Throwable trouble)
      throws ChannelClosedException, EnvelopeException, MalformedMessageException {
    if (trouble instanceof ChannelClosedException closed) {
      throw closed;
    }
    if (trouble instanceof EnvelopeException envelope) {
      throw envelope;
    }
    if (trouble instanceof MalformedMessageException malformed) {
      throw malformed;
    }
    if (trouble instanceof Error error) {
      throw error;
    }
    return (RuntimeException) trouble;
  }

  /** Ends it, soon. What it had received is dropped. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }

  /** Returns false if it still ran after that long. */
  boolean join(long millis) throws InterruptedException {
    thread.join(millis);
    return !thread.isAlive();
  }
}
