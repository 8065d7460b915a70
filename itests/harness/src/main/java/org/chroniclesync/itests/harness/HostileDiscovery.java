// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.harness;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.java_websocket.WebSocket;
import org.java_websocket.exceptions.WebsocketNotConnectedException;
import org.java_websocket.framing.CloseFrame;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.server.WebSocketServer;
import org.jspecify.annotations.Nullable;

/**
 * A discovery service on loopback that does as its {@link Conduct} likes, and says what a test has
 * it say. It asks for no proof and takes all rooms for one, so a node that is in two is there once,
 * by its newest connection. Safe for any thread.
 */
public final class HostileDiscovery implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern CLIENT = Pattern.compile("[?&]clientId=([^&]*)");
  private static final int STOP_MILLIS = 1_000;
  private static final long POLL_NANOS = 1_000_000;
  private static final int REMINDER = 50;

  private final Map<String, WebSocket> lines = new ConcurrentHashMap<>();
  private final List<Signalled> heard = new ArrayList<>();
  private final List<String> received = new CopyOnWriteArrayList<>();
  private final CountDownLatch started = new CountDownLatch(1);
  private final Server server = new Server();
  private volatile Conduct conduct = new Honest();

  /**
   * A signal that somebody gave to be passed on.
   *
   * @param from the peer id of the sender
   * @param to the peer id of whom it is for
   * @param json the signal
   */
  public record Signalled(String from, String to, String json) {
    /**
     * Tells whether the service cannot read it.
     *
     * @return true if it is sealed
     */
    public boolean isSealed() {
      return json.contains("\"sealed\"");
    }
  }

  /** What the service does. */
  public interface Conduct {
    /**
     * Names those who are there to a member that asks.
     *
     * @param member the peer id of the member
     * @param others the peer ids of all others
     * @return the peer ids that it is told
     */
    default Set<String> present(String member, Set<String> others) {
      return others;
    }

    /**
     * Deals with a signal.
     *
     * @param signal the signal
     */
    void signalled(Signalled signal);
  }

  /** As a service should be. */
  private final class Honest implements Conduct {
    @Override
    public void signalled(Signalled signal) {
      relay(signal.from(), signal.to(), signal.json());
    }
  }

  private HostileDiscovery() {}

  /**
   * Starts the service on a free port. At first it is honest.
   *
   * @return the service
   * @throws InterruptedException if interrupted meanwhile
   */
  public static HostileDiscovery start() throws InterruptedException {
    HostileDiscovery made = new HostileDiscovery();
    made.server.start();
    made.started.await();
    return made;
  }

  /**
   * Returns where the service is.
   *
   * @return its URL
   */
  public String url() {
    return "ws://127.0.0.1:" + server.getPort() + "/";
  }

  /**
   * Returns who is there.
   *
   * @return their peer ids
   */
  public Set<String> members() {
    return new TreeSet<>(lines.keySet());
  }

  /**
   * Returns all signals that came so far, as somebody might keep them for another day.
   *
   * @return the signals, oldest first
   */
  public List<Signalled> heard() {
    synchronized (heard) {
      return List.copyOf(heard);
    }
  }

  /**
   * Returns all that anybody told the service so far: what was asked for in HTTP, and messages.
   *
   * @return the texts, oldest first
   */
  public List<String> received() {
    return List.copyOf(received);
  }

  /**
   * Changes what it does from now on.
   *
   * @param next what it does
   */
  public void conduct(Conduct next) {
    conduct = next;
  }

  /** Behaves as a service should from now on. Ends all connections, so that members join again. */
  public void honest() {
    conduct = new Honest();
    lines.values().forEach(line -> line.close(CloseFrame.SERVICE_RESTART));
  }

  /**
   * Passes a signal on in any name.
   *
   * @param from the peer id of whom it is said to be
   * @param to the peer id of the member that gets it
   * @param json the signal
   */
  public void relay(String from, String to, String json) {
    tell(to, signal(from, json));
  }

  /**
   * Passes a signal on in any name, once the member took what was said before.
   *
   * @param from the peer id of whom it is said to be
   * @param to the peer id of the member that gets it
   * @param json the signal
   */
  public void press(String from, String to, String json) {
    say(to, signal(from, json));
  }

  private static String signal(String from, String json) {
    ObjectNode message = object().put("type", "signal").put("peerId", from);
    message.set("signal", read(json));
    return message.toString();
  }

  /**
   * Tells a member that somebody came.
   *
   * @param member its peer id
   * @param peer the peer id of the one that came
   */
  public void joined(String member, String peer) {
    say(member, news("peer-joined", peer));
  }

  /**
   * Tells a member that somebody left.
   *
   * @param member its peer id
   * @param peer the peer id of the one that left
   */
  public void left(String member, String peer) {
    say(member, news("peer-left", peer));
  }

  private static String news(String type, String peer) {
    return object().put("type", type).put("peerId", peer).toString();
  }

  /**
   * Says anything to a member, once it took what was said before; nothing if it is not there.
   *
   * @param member its peer id
   * @param text what is said
   */
  public void say(String member, String text) {
    WebSocket line = lines.get(member);
    if (line != null && await(line)) {
      send(line, text);
    }
  }

  /**
   * Says anything to a member, once it took what was said before; nothing if it is not there.
   *
   * @param member its peer id
   * @param bytes what is said
   */
  public void say(String member, byte[] bytes) {
    WebSocket line = lines.get(member);
    if (line != null && await(line)) {
      send(() -> line.send(ByteBuffer.wrap(bytes)));
    }
  }

  /** At once: the threads of the server that wait for one line would keep all waiting. */
  private void tell(String member, String text) {
    WebSocket line = lines.get(member);
    if (line != null) {
      send(line, text);
      LockSupport.parkNanos(POLL_NANOS);
      if (line.hasBufferedData()) {
        remind(line);
      }
    }
  }

  private static void send(WebSocket line, String text) {
    send(() -> line.send(text));
  }

  private static void send(Runnable sending) {
    try {
      sending.run();
    } catch (WebsocketNotConnectedException e) {
      // As if it had left a moment before.
      return;
    }
  }

  /** The one that floods must not collect what the other does not accept. */
  private static boolean await(WebSocket line) {
    for (int polls = 1; line.isOpen() && line.hasBufferedData(); polls++) {
      LockSupport.parkNanos(POLL_NANOS);
      if (polls % REMINDER == 0) {
        remind(line);
      }
    }
    return line.isOpen();
  }

  /** The library may forget to write what is queued while it finds that nothing is. */
  private static void remind(WebSocket line) {
    send(line::sendPing);
  }

  static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  static ObjectNode object() {
    return JSON.createObjectNode();
  }

  @Override
  public void close() {
    try {
      server.stop(STOP_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void heard(String from, WebSocket line, String text) {
    JsonNode message = read(text);
    switch (message.path("type").asText()) {
      case "ping" -> send(line, "{\"type\":\"pong\"}");
      case "get-peers" -> send(line, present(from));
      case "signal" -> {
        Signalled signal =
            new Signalled(
                from, message.path("targetId").asText(), message.path("signal").toString());
        synchronized (heard) {
          heard.add(signal);
        }
        conduct.signalled(signal);
      }
      default -> throw new IllegalArgumentException(text);
    }
  }

  private String present(String member) {
    Set<String> others = members();
    others.remove(member);
    ObjectNode message = object().put("type", "peers");
    conduct.present(member, others).forEach(message.putArray("peers")::add);
    return message.toString();
  }

  private final class Server extends WebSocketServer {
    Server() {
      super(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
      setReuseAddr(true);
    }

    @Override
    public void onOpen(WebSocket line, ClientHandshake handshake) {
      received.add(handshake.getResourceDescriptor());
      handshake
          .iterateHttpFields()
          .forEachRemaining(field -> received.add(handshake.getFieldValue(field)));
      Matcher client = CLIENT.matcher(handshake.getResourceDescriptor());
      if (!client.find()) {
        line.close(CloseFrame.POLICY_VALIDATION);
        return;
      }
      String id = URLDecoder.decode(client.group(1), StandardCharsets.UTF_8);
      line.setAttachment(id);
      lines.put(id, line);
      for (String member : members()) {
        if (!member.equals(id) && conduct.present(member, Set.of(id)).contains(id)) {
          tell(member, news("peer-joined", id));
        }
      }
    }

    @Override
    public void onClose(WebSocket line, int code, String reason, boolean remote) {
      String id = line.getAttachment();
      if (id != null && lines.remove(id, line)) {
        members().forEach(member -> tell(member, news("peer-left", id)));
      }
    }

    @Override
    public void onMessage(WebSocket line, String text) {
      received.add(text);
      heard(line.getAttachment(), line, text);
    }

    @Override
    public void onError(@Nullable WebSocket line, Exception error) {
      if (line == null) {
        throw new IllegalStateException("the service does not start", error);
      }
      line.close(CloseFrame.ABNORMAL_CLOSE);
    }

    @Override
    public void onStart() {
      started.countDown();
    }
  }
}
