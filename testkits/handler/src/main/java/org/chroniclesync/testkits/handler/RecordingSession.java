// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.handler;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.message.Hello;
import org.chroniclesync.api.message.Message;
import org.chroniclesync.api.message.MessageHandler;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.Segment;
import org.chroniclesync.api.message.sync.SyncSession;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.transport.ChannelClosedException;
import org.chroniclesync.api.transport.CloseReason;
import org.jspecify.annotations.Nullable;

/**
 * A session with no peer behind it. It remembers what a handler does with it, and fails when the
 * test says so. The test plays the engine: it opens the session for a handler, delivers what the
 * peer sends, and closes it. Safe for any thread.
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
  private final Set<MessageHandler> openFor = Collections.newSetFromMap(new IdentityHashMap<>());
  private boolean ended;
  private int failed;

  /**
   * Makes a session with a node, in which nothing fails.
   *
   * @param peer the peer's name
   * @return the session, of version 2
   */
  public static RecordingSession withNode(String peer) {
    return of(peer, 2);
  }

  /**
   * Makes a session with an existing client, in which nothing fails.
   *
   * @param peer the peer's name
   * @return the session, of version 1
   */
  public static RecordingSession withClient(String peer) {
    return of(peer, 1);
  }

  private static RecordingSession of(String peer, int version) {
    return new RecordingSession(
        new PeerId(peer), new Hello(version, new FeedId("feed")), Failure.NONE);
  }

  /**
   * Makes a session.
   *
   * @param peer who is at the other end
   * @param hello what this node says of itself; its version is the version of the session
   * @param failure what {@link #send} and {@link #merge} throw
   */
  public RecordingSession(PeerId peer, Hello hello, Failure failure) {
    this.peer = peer;
    this.hello = hello;
    this.failure = failure;
  }

  /**
   * Opens the session for a handler, as the engine does once for each.
   *
   * @param handler the handler
   * @throws IllegalStateException if the session has ended or is open for this handler
   * @throws Exception what {@link MessageHandler#opened} throws; the session is open all the same
   */
  public void open(MessageHandler handler) throws Exception {
    synchronized (this) {
      if (ended || !openFor.add(handler)) {
        throw new IllegalStateException("the engine opens a session once, before its end");
      }
    }
    handler.opened(this);
  }

  /**
   * Hands a message of the peer to a handler.
   *
   * @param handler the handler
   * @param payload what the peer says
   * @throws Exception what {@link MessageHandler#handle} throws
   */
  public void deliver(MessageHandler handler, Payload payload) throws Exception {
    handler.handle(this, new Message(payload, "somebody", 1_700_000_000_000L));
  }

  /** Ends the session and tells nobody yet. From now on {@link #send} throws. */
  public synchronized void end() {
    ended = true;
  }

  /**
   * Ends the session and tells a handler so, as the engine does once for each that it opened.
   *
   * @param handler the handler
   * @throws IllegalStateException if the session is not open for this handler
   */
  public void close(MessageHandler handler) {
    synchronized (this) {
      if (!openFor.remove(handler)) {
        throw new IllegalStateException(
            "the engine closes a session once, and only after it opened");
      }
      ended = true;
    }
    handler.closed(this);
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
    if (isEnded() || fails()) {
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

  private synchronized boolean isEnded() {
    if (ended) {
      failed++;
    }
    return ended;
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
