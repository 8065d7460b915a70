// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A discovery service that lies: it takes everybody in and asks for no proof, tells of devices that
 * are none, says of those that are there that they left, and sends nonsense in their names.
 */
final class Liar {
  private static final Pattern NAME = Pattern.compile("[?&]clientId=([A-Za-z0-9._-]{1,128})");
  private static final String KEY = "sec-websocket-key:";
  private static final String HANDSHAKE = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final int MAX_SHORT = 125;
  private static final Set<String> SEEN = ConcurrentHashMap.newKeySet();

  private Liar() {}

  public static void main(String[] arguments) throws IOException {
    try (ServerSocket listening = new ServerSocket(Integer.parseInt(arguments[0]))) {
      Thread thread = new Thread(() -> answerAll(listening), "liar");
      thread.setDaemon(true);
      thread.start();
      Program.readyUntilEndOfInput();
    }
  }

  private static void answerAll(ServerSocket listening) {
    while (!listening.isClosed()) {
      try {
        Socket socket = listening.accept();
        Thread thread = new Thread(() -> lie(socket), "lie");
        thread.setDaemon(true);
        thread.start();
      } catch (IOException e) {
        // The socket was closed: the loop's condition tells.
      }
    }
  }

  private static void lie(Socket socket) {
    try (socket) {
      BufferedReader in =
          new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
      OutputStream out = socket.getOutputStream();
      for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
        Matcher name = NAME.matcher(line);
        if (name.find()) {
          SEEN.add(name.group(1));
        }
        if (line.toLowerCase(Locale.ROOT).startsWith(KEY)) {
          out.write(accepted(line.substring(KEY.length()).strip()).getBytes(ISO_8859_1));
        }
      }
      for (String one : lies()) {
        send(out, one);
      }
      while (in.read() >= 0) {
        // It listens to nobody.
      }
    } catch (IOException e) {
      // The device has gone.
    }
  }

  private static String accepted(String key) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-1").digest((key + HANDSHAKE).getBytes(ISO_8859_1));
      return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          + "Sec-WebSocket-Accept: "
          + Base64.getEncoder().encodeToString(hash)
          + "\r\n\r\n";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> lies() {
    List<String> all = new ArrayList<>();
    all.add("{\"type\":\"peers\",\"peers\":[\"nobody\",\"<b>nobody</b>\",7]}");
    all.add("{\"type\":\"peers\"");
    for (String one : SEEN) {
      String peer = "\"peerId\":\"" + one + "\"}";
      all.add("{\"type\":\"peer-joined\"," + peer);
      all.add("{\"type\":\"signal\",\"signal\":{\"type\":\"offer\",\"sdp\":\"v=0\"}," + peer);
      all.add("{\"type\":\"signal\",\"signal\":{\"sealed\":\"AAAA\"}," + peer);
      all.add("{\"type\":\"peer-left\"," + peer);
    }
    return all;
  }

  private static void send(OutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    out.write(0x81);
    if (bytes.length <= MAX_SHORT) {
      out.write(bytes.length);
    } else {
      out.write(126);
      out.write(bytes.length >> 8);
      out.write(bytes.length & 0xFF);
    }
    out.write(bytes);
    out.flush();
  }
}
