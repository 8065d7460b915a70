// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.handler;

import java.util.ArrayList;
import java.util.List;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.message.Hello;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.Segment;
import org.chroniclesync.api.message.sync.SyncSession;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.transport.ChannelClosedException;
import org.chroniclesync.api.transport.CloseReason;
import org.jspecify.annotations.Nullable;

/**
 * A session with no peer behind it, which remembers what a handler does with it, and fails if it is
 * told to. Safe for any thread.
 */
public final class RecordingSession implements SyncSession {
  /**
   * What a handler did.
   *
   * @param call the name of the method
   * @param values what it was given; null stands for itself
   */
  public record Use(String call, List<@Nullable Object> values) {}

  /** What a session throws. */
  public enum Failure {
    /** Nothing. */
    NONE,
    /** The channel has ended, and nothing can be stored. */
    ENDED,
    /** The thread is interrupted while it waits. */
    INTERRUPTED
  }

  private final PeerId peer;
  private final Hello hello;
  private final Failure failure;
  private final List<Use> uses = new ArrayList<>();
  private int failed;

  /**
   * Makes a session.
   *
   * @param peer who is at the other end
   * @param hello what this node says of itself
   * @param failure what {@link #send} and {@link #merge} throw
   */
  public RecordingSession(PeerId peer, Hello hello, Failure failure) {
    this.peer = peer;
    this.hello = hello;
    this.failure = failure;
  }

  /**
   * Returns what was done with the session, in order.
   *
   * @return a copy
   */
  public synchronized List<Use> uses() {
    return List.copyOf(uses);
  }

  /**
   * Returns what was sent, in order.
   *
   * @return a copy
   */
  public List<Payload> sent() {
    return uses().stream()
        .filter(use -> use.call().equals("send"))
        .map(use -> (Payload) use.values().get(0))
        .toList();
  }

  /**
   * Returns how often the session threw.
   *
   * @return the number of times
   */
  public synchronized int failed() {
    return failed;
  }

  @Override
  public PeerId peer() {
    return peer;
  }

  @Override
  public int version() {
    return hello.version();
  }

  @Override
  public Hello hello() {
    return hello;
  }

  @Override
  public void send(Payload payload) throws ChannelClosedException, InterruptedException {
    if (fails()) {
      throw new ChannelClosedException(new CloseReason(CloseReason.Kind.LOST, "The test cut it."));
    }
    use("send", payload);
  }

  @Override
  public void met(@Nullable Hello peersHello) {
    use("met", peersHello);
  }

  @Override
  public void echoed(double timestamp) {
    use("echoed", timestamp);
  }

  @Override
  public void introduced(Device device) {
    use("introduced", device);
  }

  @Override
  public void merge(List<Entry> entries, @Nullable Segment segment, int refused)
      throws StorageException, InterruptedException {
    if (fails()) {
      throw new StorageException(StorageException.Kind.FULL, "The test says so.", null);
    }
    use("merge", entries, segment, refused);
  }

  @Override
  public void request(Payload.SyncRequest request) {
    use("request", request);
  }

  @Override
  public void compare(Payload.Reconcile turn) {
    use("compare", turn);
  }

  static boolean isOfTheTest(Throwable thrown) {
    return thrown instanceof ChannelClosedException || thrown instanceof StorageException;
  }

  /** Returns true if the session has ended, and throws if its thread is interrupted. */
  private synchronized boolean fails() throws InterruptedException {
    if (failure == Failure.NONE) {
      return false;
    }
    failed++;
    if (failure == Failure.INTERRUPTED) {
      throw new InterruptedException("interrupted, as the test wants");
    }
    return true;
  }

  private synchronized void use(String call, @Nullable Object... values) {
    List<@Nullable Object> copy = new ArrayList<>();
    for (Object value : values) {
      copy.add(value);
    }
    uses.add(new Use(call, copy));
  }
}
