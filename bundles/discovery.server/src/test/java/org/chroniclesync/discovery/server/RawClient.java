// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;

/** Speaks WebSocket byte by byte, so that it can speak it badly. */
final class RawClient implements AutoCloseable {
  static final int CONTINUATION = 0;
  static final int TEXT = 1;
  static final int BINARY = 2;
  static final int CLOSE = 8;
  static final int PING = 9;
  static final int PONG = 10;
  static final int FINAL = 0x80;

  private static final int MASKED = 0x80;
  private static final int PATIENCE_MILLIS = 60_000;

  record Answer(int status, Map<String, String> headers, String body) {}

  record Frame(int opcode, ByteBuffer payload) {
    String text() {
      return UTF_8.decode(payload.duplicate()).toString();
    }

    int closeCode() {
      return payload.getShort(0) & 0xffff;
    }

    String closeReason() {
      return UTF_8.decode(payload.duplicate().position(2)).toString();
    }
  }

  private final Socket socket;
  private final DataInputStream in;
  private final OutputStream out;

  RawClient(int port) throws IOException {
    this(connected(port));
  }

  RawClient(Socket connected) throws IOException {
    socket = connected;
    socket.setSoTimeout(PATIENCE_MILLIS);
    in = new DataInputStream(socket.getInputStream());
    out = socket.getOutputStream();
  }

  private static Socket connected(int port) throws IOException {
    Socket socket = new Socket();
    // Small, so that a client that doesn't read is noticed soon.
    socket.setReceiveBufferSize(4_096);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
    return socket;
  }

  static RawClient joined(TestServer server, String room, String client) throws IOException {
    RawClient raw = new RawClient(server.port());
    Answer answer = raw.upgrade("/?roomId=" + room + "&clientId=" + client);
    if (answer.status() != 101) {
      throw new IOException("not let in: " + answer);
    }
    // The service answers the upgrade before it tells the room; an echo comes after both.
    raw.text("{\"type\":\"ping\"}");
    String echo = raw.next().text();
    // One that was in the room before may leave only now.
    while (echo.startsWith("{\"type\":\"peer-left\"")) {
      echo = raw.next().text();
    }
    if (!echo.equals("{\"type\":\"pong\"}")) {
      throw new IOException("not in the room: " + echo);
    }
    return raw;
  }

  Answer upgrade(String path, String... header) throws IOException {
    return upgradeWithVersion(13, path, header);
  }

  Answer upgradeWithVersion(int version, String path, String... header) throws IOException {
    StringBuilder request =
        new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n")
            .append("Connection: Upgrade\r\nSec-WebSocket-Version: " + version + "\r\n")
            .append("Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n")
            .append("Sec-WebSocket-Extensions: permessage-deflate\r\n");
    for (int i = 0; i < header.length; i += 2) {
      request.append(header[i]).append(": ").append(header[i + 1]).append("\r\n");
    }
    raw(request.append("\r\n").toString().getBytes(ISO_8859_1));
    return answer();
  }

  void text(String text) throws IOException {
    frame(FINAL | TEXT, text.getBytes(UTF_8));
  }

  void frame(int firstByte, byte[] payload) throws IOException {
    raw(bytes(firstByte, payload));
  }

  /** A frame with a mask of zeros. */
  static byte[] bytes(int firstByte, byte[] payload) {
    int length = payload.length;
    ByteBuffer frame = ByteBuffer.allocate(length + 14).put((byte) firstByte);
    if (length < 126) {
      frame.put((byte) (MASKED | length));
    } else if (length < 65_536) {
      frame.put((byte) (MASKED | 126)).putShort((short) length);
    } else {
      frame.put((byte) (MASKED | 127)).putLong(length);
    }
    frame.putInt(0).put(payload).flip();
    byte[] bytes = new byte[frame.remaining()];
    frame.get(bytes);
    return bytes;
  }

  void raw(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }

  /** The next frame; EOFException when the line is cut. */
  Frame next() throws IOException {
    int opcode = in.readUnsignedByte() & 0x0f;
    int length = in.readUnsignedByte();
    if (length == 126) {
      length = in.readUnsignedShort();
    } else if (length == 127) {
      length = (int) in.readLong();
    }
    return new Frame(opcode, ByteBuffer.wrap(in.readNBytes(length)));
  }

  /** The close frame, after whatever comes before it. */
  Frame awaitClose() throws IOException {
    Frame frame = next();
    while (frame.opcode() != CLOSE) {
      frame = next();
    }
    return frame;
  }

  /** Reads until the line is cut, in whatever way. */
  void awaitCut() throws IOException {
    try {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (SocketException e) {
      // A reset is a cut, too; a timeout is another exception.
      return;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private Answer answer() throws IOException {
    String status = line();
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String line = line(); !line.isEmpty(); line = line()) {
      headers.put(
          line.substring(0, line.indexOf(':')), line.substring(line.indexOf(':') + 1).strip());
    }
    int length = Integer.parseInt(headers.getOrDefault("Content-Length", "0"));
    return new Answer(
        Integer.parseInt(status.split(" ", 3)[1]),
        headers,
        new String(in.readNBytes(length), UTF_8));
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.readUnsignedByte(); c != '\n'; c = in.readUnsignedByte()) {
      line.append((char) c);
    }
    return line.toString().strip();
  }
}
