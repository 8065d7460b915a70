// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.mdns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.chroniclesync.testkits.discovery.NodeCredentials;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who connects without knowing the words. */
@Timeout(value = 600, unit = TimeUnit.SECONDS)
class StrangerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private final NodeCredentials ann = NodeCredentials.create();
  private final Heard byAnn = new Heard();
  private final MdnsDiscovery discovery = new MdnsDiscovery(Loopback.SETTINGS, new SteppedClock());
  private LocalMembership membership;
  private Guise guise;

  @BeforeEach
  void join() {
    membership = (LocalMembership) discovery.join(ann.room(), ann, byAnn);
    await().atMost(PATIENCE).until(() -> membership.presence.present() != null);
    guise = Objects.requireNonNull(membership.presence.present());
  }

  @AfterEach
  void leave() {
    discovery.leave();
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), guise.shown().port());
    socket.setSoTimeout(60_000);
    return socket;
  }

  /** The end of the line, however it comes, is all that a stranger gets. */
  private static int answered(Socket socket) throws IOException {
    try (InputStream in = socket.getInputStream()) {
      return in.readAllBytes().length;
    } catch (SocketTimeoutException e) {
      throw new AssertionError("the line stays", e);
    } catch (SocketException e) {
      return 0; // reset: what the stranger said was never read
    }
  }

  @Test
  void getsNoAnswerWhateverItSays() throws Exception {
    HourSecret other = HourSecret.of(ann.room(), NodeCredentials.create(), 500_000);
    List<Socket> strangers = new ArrayList<>();
    try {
      for (byte[] said :
          List.of(
              new byte[0],
              new byte[1],
              new byte[Handshake.BYTES],
              Crypto.random(10_000),
              new Handshake(other, guise.instance()).first())) {
        Socket stranger = connect();
        strangers.add(stranger);
        stranger.getOutputStream().write(said);
      }
      for (Socket stranger : strangers) {
        assertThat(answered(stranger)).isZero();
      }
    } finally {
      for (Socket stranger : strangers) {
        stranger.close();
      }
    }
  }

  @Test
  void getsNoAnswerToWhatItHeardAMemberSay() throws Exception {
    byte[] first = new Handshake(guise.secret(), guise.instance()).first();
    try (Socket member = connect();
        Socket stranger = connect()) {
      member.getOutputStream().write(first);
      assertThat(member.getInputStream().readNBytes(Handshake.BYTES)).hasSize(Handshake.BYTES);
      stranger.getOutputStream().write(first);
      assertThat(answered(stranger)).isZero();
    }
  }

  @Test
  void doesNotKeepAMemberOutByHoweverManyConnections() throws Exception {
    List<Socket> idle = new ArrayList<>();
    NodeCredentials bob = ann.another();
    Heard byBob = new Heard();
    try {
      for (int i = 0; i < 100; i++) {
        idle.add(connect());
      }
      discovery.join(bob.room(), bob, byBob);
      await().atMost(PATIENCE).until(() -> byAnn.saw(bob.peer()) && byBob.saw(ann.peer()));
    } finally {
      for (Socket socket : idle) {
        socket.close();
      }
    }
  }

  @Test
  void isNotConnectedToHoweverItAnswers() throws Exception {
    Dns.Instance real = guise.shown();
    assertThat(guise.secret().isLabel(real.label(), real.port())).isTrue();
    assertThat(guise.secret().isLabel(real.label(), real.port() + 1)).isFalse();
    assertThat(guise.secret().isLabel("a".repeat(HourSecret.LABEL_CHARS), real.port())).isFalse();
    assertThat(guise.secret().isLabel(real.label() + "a", real.port())).isFalse();
  }

  /** A member that proves to know the room, and says that it is somebody else. */
  @Test
  void doesNotTakeAName() throws Exception {
    byte[] hash = Crypto.random(32);
    NodeCredentials bob = ann.another();
    byte[] ofBob = Introduction.write(guise.instance(), bob, ann.room(), hash, true);

    assertThat(Introduction.read(body(ofBob), ann.room(), hash, true)).isNotNull();
    assertThat(Introduction.read(body(ofBob), ann.room(), hash, false)).isNull();
    assertThat(Introduction.read(body(ofBob), ann.room(), Crypto.random(32), true)).isNull();
    assertThat(Introduction.read(body(ofBob), NodeCredentials.create().room(), hash, true))
        .isNull();
    byte[] forged = ofBob.clone();
    // The last character of the name: the first text is the instance.
    forged[1 + 4 + 2 * HourSecret.INSTANCE_CHARS + 4 + 2 * bob.peer().value().length() - 1] ^= 1;
    assertThat(Introduction.read(body(forged), ann.room(), hash, true)).isNull();
  }

  private static ByteBuffer body(byte[] frame) {
    return ByteBuffer.wrap(frame, 1, frame.length - 1);
  }

  @Test
  void isNotFollowedRoundInANameOrBeyondItsEnd() {
    byte[] circle = Dns.question("abc", "d");
    circle[12] = (byte) 0xc0;
    circle[13] = 12;
    assertThat(Dns.read(ByteBuffer.wrap(circle))).isNull();
    byte[] question = Dns.question("abc", "d");
    for (int length = 0; length < question.length; length++) {
      assertThat(Dns.read(ByteBuffer.wrap(question, 0, length))).isNull();
    }
    assertThat(Objects.requireNonNull(Dns.read(ByteBuffer.wrap(question))).questions())
        .containsExactly("abc");
  }

  @Test
  void cannotMakeALongFrameOfAShortOne() {
    ByteBuffer frame = ByteBuffer.allocate(8).putInt(Integer.MAX_VALUE).flip();
    assertThatThrownBy(() -> Frame.text(frame, Integer.MAX_VALUE))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
