// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.websocket;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.api.transport.AttemptReport;
import org.chroniclesync.api.transport.support.ConnectionAttempt;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One offer or answer, until its channel opens or it fails. Both ends connect to each other, since
 * one of them may be where nobody gets in. Of the connections that come about so, the one who
 * offered chooses: it does its part of the WebSocket handshake on one of them only, and the channel
 * is where that handshake ends. On the transport's thread.
 */
final class Attempt implements ConnectionAttempt, Listener.Host, WebSocketChannel.Owner {
  private static final Logger LOG = LoggerFactory.getLogger(Attempt.class);
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int ID_BYTES = 16;

  /** A description lists addresses to connect to, and opening a port is an answer, too. */
  private static final String STRANGER =
      "by WebSocket a node connects only with nodes that have proved your 24 words";

  /** Connections that wait for the answer or to be chosen. */
  private static final int MAX_WAITING = 32;

  private final WebSocketTransport transport;
  private final boolean proven;
  private final ConnectionAttempt.Owner owner;
  private final String id;
  private final Course course = new Course();
  private final Set<Dial> dials = new HashSet<>();
  private final List<TlsConnection> waiting = new ArrayList<>();
  private final Set<WebSocketChannel> shakingHands = new HashSet<>();
  private @Nullable Description local;
  private boolean offering;
  private boolean ended;

  /** Read when somebody comes, too. */
  private volatile @Nullable Description remote;

  Attempt(WebSocketTransport transport, boolean proven, ConnectionAttempt.Owner owner) {
    byte[] random = new byte[ID_BYTES];
    RANDOM.nextBytes(random);
    this.id = HexFormat.of().formatHex(random);
    this.transport = transport;
    this.proven = proven;
    this.owner = owner;
  }

  // --- Offer and answer -------------------------------------------------------------------------

  @Override
  public void offer() {
    if (!proven) {
      fail(STRANGER);
      return;
    }
    offering = true;
    owner.signal(new Signal.Offer(describe().sdp(), true));
  }

  @Override
  public void answer(Signal.Offer offer) {
    if (!proven) {
      fail(STRANGER);
      return;
    }
    Description peer = peer(offer.sdp());
    if (peer == null) {
      fail("the peer's offer is none for a WebSocket");
      return;
    }
    remote = peer;
    owner.signal(new Signal.Answer(describe().sdp()));
    dial(peer);
  }

  @Override
  public void answered(Signal.Answer answer) {
    if (ended) {
      return;
    }
    Description peer = peer(answer.sdp());
    if (peer == null) {
      fail("the peer's answer is none for a WebSocket");
      return;
    }
    remote = peer;
    List<TlsConnection> here = List.copyOf(waiting);
    waiting.clear();
    here.forEach(this::arrived);
    dial(peer);
  }

  /** Returns null for one that cannot be used, be it our own come back: that would be ourselves. */
  private @Nullable Description peer(String sdp) {
    Description peer = Description.parse(sdp);
    boolean own = peer != null && peer.fingerprint().equals(transport.credentials().fingerprint());
    return own ? null : peer;
  }

  @Override
  public @Nullable String pendingOffer() {
    Description made = local;
    return made == null || remote != null ? null : made.sdp();
  }

  private Description describe() {
    List<Candidate> candidates = transport.listener().open(id, this);
    Description made =
        new Description(
            id,
            transport.credentials().fingerprint(),
            Description.MAX_MESSAGE_BYTES,
            candidates.isEmpty() ? Description.NO_PORT : candidates.get(0).port(),
            candidates);
    local = made;
    tellCourse();
    return made;
  }

  private void dial(Description peer) {
    for (Candidate candidate : peer.candidates()) {
      try {
        Dial dial =
            new Dial(
                transport,
                peer,
                candidate,
                connection -> reached(candidate, connection),
                why -> missed(candidate, why));
        dials.add(dial);
        course.dialled(candidate);
        transport.run(dial::run, dial::close);
      } catch (IOException e) {
        LOG.warn("One of the peer's addresses cannot be tried: {}", e.getMessage());
      }
    }
  }

  private void reached(Candidate candidate, TlsConnection connection) {
    if (!ended) {
      course.reached(candidate);
      tellCourse();
    }
    arrived(connection);
  }

  private void missed(Candidate candidate, String why) {
    // After the end it is we who closed it.
    if (!ended) {
      course.missed(candidate, why);
      tellCourse();
    }
  }

  private void tellCourse() {
    owner.progress(course.report(offering, stage(), local, remote));
  }

  private AttemptReport.Stage stage() {
    if (remote != null && local != null) {
      return shakingHands.isEmpty() ? AttemptReport.Stage.CHECKING : AttemptReport.Stage.SECURING;
    }
    return local == null ? AttemptReport.Stage.PREPARING : AttemptReport.Stage.AWAITING_ANSWER;
  }

  // --- Connections ------------------------------------------------------------------------------

  /** Before the answer is here nobody knows who is right; then whoever came is looked at again. */
  @Override
  public boolean welcomes(Fingerprint shown) {
    Description peer = remote;
    return peer == null || peer.fingerprint().equals(shown);
  }

  @Override
  public void arrived(TlsConnection connection) {
    Description peer = remote;
    if (ended || !welcomes(connection.peer()) || waiting.size() >= MAX_WAITING) {
      connection.close();
    } else if (peer == null || (offering && !shakingHands.isEmpty())) {
      waiting.add(connection);
    } else {
      shakeHands(connection, peer);
    }
  }

  private void shakeHands(TlsConnection connection, Description peer) {
    WebSocketChannel channel =
        new WebSocketChannel(transport, connection, peer.maxMessageBytes(), this);
    shakingHands.add(channel);
    channel.start();
  }

  @Override
  public void opened(WebSocketChannel channel) {
    shakingHands.remove(channel);
    if (ended) {
      channel.abort();
      return;
    }
    ended = true;
    free(channel);
    transport.opened(channel);
    owner.opened(channel);
  }

  @Override
  public void ended(WebSocketChannel channel) {
    transport.forget(channel);
    Description peer = remote;
    boolean mine = shakingHands.remove(channel);
    if (mine && !ended && peer != null && offering && !waiting.isEmpty()) {
      shakeHands(waiting.remove(0), peer);
    }
  }

  // --- The end ----------------------------------------------------------------------------------

  private void fail(String why) {
    if (!ended) {
      abandon();
      owner.failed(why);
    }
  }

  @Override
  public void abandon() {
    if (!ended) {
      tellCourse();
      ended = true;
      free(null);
    }
  }

  private void free(@Nullable WebSocketChannel kept) {
    transport.listener().close(id);
    dials.forEach(dial -> release(dial, kept));
    dials.clear();
    waiting.forEach(TlsConnection::close);
    waiting.clear();
    shakingHands.forEach(WebSocketChannel::abort);
    shakingHands.clear();
    transport.forget(this);
  }

  private static void release(Dial dial, @Nullable WebSocketChannel kept) {
    if (kept == null || !kept.isOver(dial.raw())) {
      dial.close();
    }
  }
}
