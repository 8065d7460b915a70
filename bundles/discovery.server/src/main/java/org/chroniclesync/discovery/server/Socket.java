// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One WebSocket. Jetty calls the {@code onWebSocket} methods one at a time; the rest may be called
 * by any thread. Public only because Jetty finds the methods by reflection.
 */
public final class Socket implements Session.Listener.AutoDemanding, Outlet {
  private static final Logger LOG = LoggerFactory.getLogger(Socket.class);

  /** How long a client may take to answer our close frame. */
  private static final long CLOSE_GRACE_NANOS = Duration.ofSeconds(2).toNanos();

  private final Rooms rooms;
  private final Limits limits;
  private final Sockets sockets;
  private final Counts counts;
  private final AcceptedSockets.Accepted accepted;
  private final Member member;
  private final TokenBucket bucket;
  private final AtomicReference<@Nullable CloseCode> closeCode = new AtomicReference<>();
  private final AtomicBoolean ponging = new AtomicBoolean();
  private volatile @Nullable Session session;
  private volatile long heardNanos;
  private volatile long closedNanos;
  private volatile boolean pinged;

  /** What the client has to answer before anything else, or null. */
  private volatile @Nullable Challenge challenge;

  private int malformed;

  Socket(Admission admission, Rooms rooms, Limits limits, Sockets sockets, Counts counts) {
    this.rooms = rooms;
    this.limits = limits;
    this.sockets = sockets;
    this.counts = counts;
    this.accepted = admission.accepted();
    this.challenge = admission.challenge();
    this.member =
        new Member(
            admission.room(),
            admission.peer(),
            admission.origin(),
            admission.challenge() != null,
            this,
            limits.queuedBytes());
    this.heardNanos = System.nanoTime();
    this.bucket = new TokenBucket(limits.messagesPerSecond(), limits.messageBurst(), heardNanos);
  }

  @Override
  public void onWebSocketOpen(Session opened) {
    opened.setMaxFrameSize(limits.frameBytes());
    opened.setMaxTextMessageSize(limits.frameBytes());
    opened.setMaxBinaryMessageSize(limits.frameBytes());
    // Jetty counts what it writes as a sign of life; the watch counts only what it hears.
    opened.setIdleTimeout(Duration.ZERO);
    session = opened;
    heardNanos = System.nanoTime();
    Challenge asked = challenge;
    if (!sockets.add(this)) {
      close(sockets.stopping(member.room()));
    } else if (asked == null) {
      join();
    } else {
      rooms.expect(member);
      send(Reply.challenge(asked), () -> {});
    }
  }

  private void join() {
    accepted.handedOver();
    rooms.join(member);
  }

  @Override
  public void onWebSocketText(String text) {
    if (mayGoOn()) {
      handle(Request.parse(text));
    }
  }

  @Override
  public void onWebSocketBinary(ByteBuffer payload, Callback done) {
    if (mayGoOn()) {
      handleBinary(payload);
    }
    done.succeed();
  }

  /** Answers itself, because a pong that waits to be read must not pile up behind others. */
  @Override
  public void onWebSocketPing(ByteBuffer payload) {
    Session open = session;
    if (mayGoOn() && open != null && ponging.compareAndSet(false, true)) {
      ByteBuffer copy = ByteBuffer.allocate(payload.remaining()).put(payload).flip();
      open.sendPong(copy, Callback.from(() -> ponging.set(false), error -> ponging.set(false)));
    }
  }

  @Override
  public void onWebSocketPong(ByteBuffer payload) {
    heard();
  }

  @Override
  public void onWebSocketError(Throwable cause) {
    LOG.debug("a connection failed: {}", cause.getClass().getName());
  }

  @Override
  public void onWebSocketClose(int code, String reason) {
    LOG.debug("a connection ended with close code {}", code);
    gone();
  }

  @Override
  public void send(String text, Runnable sent) {
    Session open = session;
    if (open == null || closeCode.get() != null) {
      sent.run();
      return;
    }
    open.sendText(text, Callback.from(sent, error -> sent.run()));
  }

  @Override
  public void close(CloseCode why) {
    Session open = session;
    if (open == null || closeCode.get() != null) {
      return;
    }
    // Before the closeCode is seen, or the watch would measure the grace from the year dot.
    closedNanos = System.nanoTime();
    if (closeCode.compareAndSet(null, why)) {
      counts.closed(why);
      LOG.debug("closing: {} {}", why.code(), why.reason());
      open.close(why.code(), why.reason(), Callback.NOOP);
    }
  }

  /** Returns how many bytes wait for the client to read them. */
  long waitingBytes() {
    return member.outbox().waitingBytes();
  }

  /** Its room moves as one: those in it come back together. */
  void stop() {
    close(sockets.stopping(member.room()));
  }

  /** Looks after the connection, from time to time. */
  void watch(long nowNanos) {
    Session open = session;
    long silentNanos = nowNanos - heardNanos;
    if (open == null || (!open.isOpen() && closeCode.get() == null)) {
      gone();
    } else if (closeCode.get() != null) {
      disconnectAfterGrace(open, nowNanos);
    } else if (challenge != null
        && nowNanos - accepted.sinceNanos() > limits.handshake().toNanos()) {
      accepted.handedOver();
      close(CloseCode.LATE);
    } else if (silentNanos > limits.idle().toNanos()) {
      close(CloseCode.SILENT);
    } else if (silentNanos > limits.idle().toNanos() / 2 && !pinged) {
      pinged = true;
      open.sendPing(ByteBuffer.allocate(0), Callback.NOOP);
    }
  }

  /** Cuts the connection without a word. */
  void disconnect() {
    Session open = session;
    if (open != null) {
      open.disconnect();
    }
    gone();
  }

  private void disconnectAfterGrace(Session open, long nowNanos) {
    if (nowNanos - closedNanos > CLOSE_GRACE_NANOS) {
      disconnect();
    }
  }

  private void gone() {
    sockets.remove(this);
    rooms.leave(member);
  }

  private void heard() {
    heardNanos = System.nanoTime();
    pinged = false;
  }

  private boolean mayGoOn() {
    heard();
    if (closeCode.get() != null) {
      return false;
    }
    if (!bucket.take(heardNanos)) {
      close(CloseCode.tooMany(limits.messagesPerSecond()));
      return false;
    }
    return true;
  }

  private void handleBinary(ByteBuffer payload) {
    try {
      handle(Request.parse(UTF_8.newDecoder().decode(payload).toString()));
    } catch (CharacterCodingException e) {
      close(CloseCode.NOT_UTF_8);
    }
  }

  private void handle(Request request) {
    Challenge asked = challenge;
    if (request instanceof Request.Malformed) {
      countMalformed();
    } else if (asked != null) {
      prove(asked, request);
    } else {
      if (request instanceof Request.Relay) {
        counts.signal();
      }
      rooms.handle(member, request);
    }
  }

  /** A client asks for its peers before it can know that it will be asked for a proof. */
  private void prove(Challenge asked, Request request) {
    if (request instanceof Request.GetPeers) {
      return;
    }
    if (request instanceof Request.Join answer && asked.isAnsweredBy(answer)) {
      challenge = null;
      join();
    } else {
      close(CloseCode.UNPROVEN);
    }
  }

  private void countMalformed() {
    malformed++;
    if (malformed > limits.malformedMessages()) {
      close(CloseCode.malformed(limits.malformedMessages()));
    }
  }
}
