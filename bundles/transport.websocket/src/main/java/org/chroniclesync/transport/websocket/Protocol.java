// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.websocket;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import org.chroniclesync.api.transport.CloseReason;
import org.chroniclesync.api.transport.Frame;
import org.chroniclesync.api.transport.support.WireFrame;
import org.java_websocket.WebSocket;
import org.java_websocket.WebSocketAdapter;
import org.java_websocket.WebSocketImpl;
import org.java_websocket.drafts.Draft;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.exceptions.InvalidHandshakeException;
import org.java_websocket.framing.BinaryFrame;
import org.java_websocket.framing.CloseFrame;
import org.java_websocket.framing.DataFrame;
import org.java_websocket.framing.Framedata;
import org.java_websocket.framing.TextFrame;
import org.java_websocket.handshake.HandshakeImpl1Client;
import org.java_websocket.handshake.Handshakedata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * RFC 6455 between bytes and frames. One thread gives it what arrived, one has it make what is to
 * be written.
 *
 * <p>Only the engine of Java-WebSocket is used, not its server and client: its server reads all
 * connections on one thread through a few shared buffers, so that whoever is held back on one
 * connection would hold back all others.
 */
final class Protocol extends WebSocketAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(Protocol.class);

  private static final String SUBPROTOCOL = "chroniclesync";

  private final boolean client;
  private final Events events;
  private final WebSocketImpl engine;

  /** The engine threw up at what it was given, and gets nothing more. */
  private boolean broken;

  /** What arrives. On the thread that gives bytes, but for the demand. */
  interface Events {
    void opened();

    void received(Frame frame, int bytes);

    /** The peer ended it, or broke the protocol. */
    void closing(CloseReason reason);

    /** There is something to be written. On any thread. */
    void writeDemanded();
  }

  Protocol(boolean client, Events events) {
    this.client = client;
    this.events = events;
    Draft draft =
        new Draft_6455(
            List.of(),
            List.of(new org.java_websocket.protocols.Protocol(SUBPROTOCOL)),
            Description.MAX_MESSAGE_BYTES);
    this.engine = client ? new WebSocketImpl(this, draft) : new WebSocketImpl(this, List.of(draft));
  }

  /** The client's first words. */
  void request() throws IOException {
    HandshakeImpl1Client request = new HandshakeImpl1Client();
    request.setResourceDescriptor("/");
    request.put("Host", SUBPROTOCOL);
    try {
      engine.startHandshake(request);
    } catch (InvalidHandshakeException e) {
      throw new IOException(e);
    }
  }

  /** Never throws: the engine does at some frames, such as a close whose reason is not UTF-8. */
  void take(ByteBuffer bytes) {
    if (broken) {
      return;
    }
    try {
      engine.decode(bytes);
    } catch (RuntimeException e) {
      broken = true;
      LOG.debug("a frame could not be read", e);
      events.closing(violation(CloseFrame.PROTOCOL_ERROR));
    }
  }

  boolean isOpen() {
    return !broken && engine.isOpen();
  }

  /** Returns what is to be written next, or null. */
  @Nullable ByteBuffer next() {
    return engine.outQueue.poll();
  }

  void send(WireFrame message) {
    DataFrame frame = message.binary() ? new BinaryFrame() : new TextFrame();
    frame.setPayload(ByteBuffer.wrap(message.bytes()));
    frame.setTransferemasked(client);
    engine.sendFrame(frame);
  }

  void ping() {
    engine.sendPing();
  }

  void close() {
    engine.close(CloseFrame.NORMAL);
  }

  // --- What the engine says ---------------------------------------------------------------------

  @Override
  public void onWebsocketMessage(WebSocket conn, String message) {
    events.received(new Frame.Text(message), message.length());
  }

  @Override
  public void onWebsocketMessage(WebSocket conn, ByteBuffer blob) {
    byte[] bytes = new byte[blob.remaining()];
    blob.get(bytes);
    events.received(new Frame.Binary(bytes), bytes.length);
  }

  @Override
  public void onWebsocketOpen(WebSocket conn, Handshakedata handshake) {
    events.opened();
  }

  /** RFC 6455, 5.5.3, allows to answer the last ping only; so pings cannot pile up answers. */
  @Override
  public void onWebsocketPing(WebSocket conn, Framedata ping) {
    if (engine.outQueue.isEmpty()) {
      super.onWebsocketPing(conn, ping);
    }
  }

  @Override
  public void onWebsocketClosing(WebSocket conn, int code, String reason, boolean remote) {
    events.closing(
        remote
            ? new CloseReason(CloseReason.Kind.REMOTE, "the peer closed the connection")
            : violation(code));
  }

  private static CloseReason violation(int code) {
    return new CloseReason(
        CloseReason.Kind.VIOLATION, "the peer broke the WebSocket protocol (" + code + ")");
  }

  @Override
  public void onWebsocketClose(WebSocket conn, int code, String reason, boolean remote) {
    onWebsocketClosing(conn, code, reason, remote);
  }

  @Override
  public void onWebsocketCloseInitiated(WebSocket conn, int code, String reason) {
    // Closing follows.
  }

  @Override
  public void onWebsocketError(WebSocket conn, Exception error) {
    // What matters ends the connection, and that is told.
  }

  @Override
  public void onWriteDemand(WebSocket conn) {
    events.writeDemanded();
  }

  @Override
  public @Nullable InetSocketAddress getLocalSocketAddress(WebSocket conn) {
    return null;
  }

  @Override
  public @Nullable InetSocketAddress getRemoteSocketAddress(WebSocket conn) {
    return null;
  }
}
