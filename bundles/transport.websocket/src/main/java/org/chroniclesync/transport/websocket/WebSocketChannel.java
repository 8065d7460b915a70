// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.websocket;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.chroniclesync.api.transport.Channel;
import org.chroniclesync.api.transport.ChannelBinding;
import org.chroniclesync.api.transport.ChannelClosedException;
import org.chroniclesync.api.transport.CloseReason;
import org.chroniclesync.api.transport.Frame;
import org.chroniclesync.api.transport.support.Inbox;
import org.chroniclesync.api.transport.support.Outbox;
import org.chroniclesync.api.transport.support.WireFrame;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A WebSocket, from before its handshake. One thread reads it, one writes it once it is open. */
final class WebSocketChannel implements Channel, Protocol.Events {
  private static final Logger LOG = LoggerFactory.getLogger(WebSocketChannel.class);

  /** The handshake is an HTTP message of some hundred bytes. */
  private static final int MAX_HEAD_BYTES = 8_192;

  private static final int READ_BYTES = 16_384;

  /**
   * How long the two ends may take to take leave. A socket that is closed with something unread in
   * it takes with it what the peer has not read yet.
   */
  static final Duration LEAVE_PATIENCE = Duration.ofSeconds(2);

  private final WebSocketTransport transport;
  private final TlsConnection connection;
  private final int maxFrameBytes;
  private final ChannelBinding binding;
  private final Owner owner;
  private final Protocol protocol;
  private final Inbox inbox;
  private final Outbox outbox;
  private final AtomicReference<@Nullable CloseReason> end = new AtomicReference<>();
  private final AtomicBoolean pingDue = new AtomicBoolean();
  private volatile boolean writing;
  private volatile long heardNanos = System.nanoTime();

  /** Whom a channel tells. On the transport's thread. */
  interface Owner {
    void opened(WebSocketChannel channel);

    void ended(WebSocketChannel channel);
  }

  WebSocketChannel(
      WebSocketTransport transport, TlsConnection connection, int maxFrameBytes, Owner owner) {
    Settings settings = transport.settings();
    this.transport = transport;
    this.connection = connection;
    this.maxFrameBytes = maxFrameBytes;
    this.binding = Fingerprint.binding(transport.credentials().fingerprint(), connection.peer());
    this.owner = owner;
    this.inbox = new Inbox(settings.receiveBufferBytes());
    this.outbox = new Outbox(settings.sendBufferBytes());
    this.protocol = new Protocol(connection.dialled(), this);
  }

  void start() {
    transport.run(this::read, this::abort);
  }

  /** What is sent from a lost address gets no answer any more, and no error either. */
  void addressesLost(Set<InetAddress> gone) {
    if (gone.contains(connection.raw().getLocalAddress())) {
      close(lost("this device went to another network"));
      connection.close();
    }
  }

  boolean isOver(Socket raw) {
    return connection.raw().equals(raw);
  }

  // --- For those who use it ---------------------------------------------------------------------

  @Override
  public void send(Frame frame) throws ChannelClosedException, InterruptedException {
    outbox.put(WireFrame.of(frame, maxFrameBytes));
  }

  @Override
  public boolean flush(Duration patience) throws InterruptedException {
    return outbox.flush(patience);
  }

  @Override
  public @Nullable Frame receive(Duration patience)
      throws ChannelClosedException, InterruptedException {
    return inbox.take(patience);
  }

  @Override
  public int maxFrameBytes() {
    return maxFrameBytes;
  }

  @Override
  public ChannelBinding binding() {
    return binding;
  }

  @Override
  public void close(CloseReason reason) {
    if (end.compareAndSet(null, reason)) {
      inbox.end(reason);
      outbox.end(reason);
      transport.thread().execute(() -> owner.ended(this));
      // Also if the transport has stopped, which does the same in the end.
      transport.thread().schedule(LEAVE_PATIENCE, connection::close);
    }
  }

  /** Ends it without taking leave. */
  void abort() {
    close(lost("the connection was lost"));
    connection.close();
  }

  /** Sends a sign of life and looks for the peer's, again and again. */
  void beat() {
    if (end.get() != null) {
      return;
    }
    Settings settings = transport.settings();
    long silent = System.nanoTime() - heardNanos;
    // A peer that we hold back cannot be heard.
    if (silent > settings.silence().toNanos() && !inbox.isFull()) {
      close(lost("nothing was heard of the peer for " + settings.silence().toMillis() + " ms"));
      connection.close();
      return;
    }
    pingDue.set(true);
    outbox.wake();
    transport.thread().schedule(settings.pingInterval(), this::beat);
  }

  // --- Reading ----------------------------------------------------------------------------------

  private void read() {
    try (connection) {
      if (connection.dialled()) {
        protocol.request();
        write();
      }
      InputStream in = connection.tls().getInputStream();
      protocol.take(head(in));
      if (!protocol.isOpen()) {
        write();
        throw new IOException("no WebSocket");
      }
      byte[] buffer = new byte[READ_BYTES];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        heardNanos = System.nanoTime();
        // After the end it is only read to its end.
        if (end.get() == null) {
          protocol.take(ByteBuffer.wrap(buffer, 0, count));
        }
      }
    } catch (IOException e) {
      LOG.debug("a connection broke: {}", e.getMessage());
    } catch (RuntimeException e) {
      LOG.warn("Something of a peer could not be read.", e);
      close(new CloseReason(CloseReason.Kind.VIOLATION, "the peer broke the WebSocket protocol"));
    } finally {
      close(lost("the connection was lost"));
    }
  }

  /** Reads until the empty line at least, so that the engine gets the handshake in one piece. */
  private static ByteBuffer head(InputStream in) throws IOException {
    byte[] head = new byte[MAX_HEAD_BYTES];
    int length = 0;
    while (!hasEmptyLine(head, length)) {
      int count = in.read(head, length, head.length - length);
      if (count <= 0) {
        throw new IOException(count == 0 ? "too long a handshake" : "no handshake");
      }
      length += count;
    }
    return ByteBuffer.wrap(head, 0, length);
  }

  private static boolean hasEmptyLine(byte[] head, int length) {
    for (int i = 3; i < length; i++) {
      if (head[i - 3] == '\r' && head[i - 2] == '\n' && head[i - 1] == '\r' && head[i] == '\n') {
        return true;
      }
    }
    return false;
  }

  @Override
  public void opened() {
    try {
      write();
      writing = true;
      transport.run(this::writeAll, this::abort);
      transport.thread().execute(() -> owner.opened(this));
    } catch (IOException e) {
      abort();
    }
  }

  @Override
  public void received(Frame frame, int bytes) {
    try {
      inbox.put(frame, bytes);
      heardNanos = System.nanoTime();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      abort();
    }
  }

  @Override
  public void closing(CloseReason reason) {
    close(reason);
  }

  // --- Writing ----------------------------------------------------------------------------------

  @Override
  public void writeDemanded() {
    if (writing) {
      outbox.wake();
    }
  }

  private void writeAll() {
    try {
      for (WireFrame frame = outbox.take(); !outbox.isEnded(); frame = outbox.take()) {
        write(frame);
      }
      protocol.close();
      write();
      connection.tls().shutdownOutput();
    } catch (IOException e) {
      LOG.debug("a connection broke: {}", e.getMessage());
      // What has arrived may still be read; if the peer is gone, reading ends too.
      transport.thread().schedule(LEAVE_PATIENCE, this::abort);
    } catch (InterruptedException e) {
      abort();
    } catch (RuntimeException e) {
      LOG.debug("written after the peer's end: {}", e.getMessage());
      transport.thread().schedule(LEAVE_PATIENCE, this::abort);
    } catch (Error e) {
      // Nobody else writes: without its end those who send would wait for ever.
      LOG.error("A connection ends by an error of this node.", e);
      abort();
    }
  }

  private void write(@Nullable WireFrame frame) throws IOException {
    if (pingDue.getAndSet(false)) {
      protocol.ping();
    }
    if (frame != null) {
      protocol.send(frame);
    }
    write();
    if (frame != null) {
      outbox.written(frame);
    }
  }

  private void write() throws IOException {
    OutputStream out = connection.tls().getOutputStream();
    for (ByteBuffer next = protocol.next(); next != null; next = protocol.next()) {
      out.write(next.array(), next.arrayOffset() + next.position(), next.remaining());
    }
    out.flush();
  }

  private static CloseReason lost(String sentence) {
    return new CloseReason(CloseReason.Kind.LOST, sentence);
  }
}
