// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.webrtc;

import dev.onvoid.webrtc.CreateSessionDescriptionObserver;
import dev.onvoid.webrtc.PeerConnectionObserver;
import dev.onvoid.webrtc.RTCAnswerOptions;
import dev.onvoid.webrtc.RTCDataChannel;
import dev.onvoid.webrtc.RTCDataChannelBuffer;
import dev.onvoid.webrtc.RTCDataChannelInit;
import dev.onvoid.webrtc.RTCDataChannelObserver;
import dev.onvoid.webrtc.RTCDataChannelState;
import dev.onvoid.webrtc.RTCIceCandidate;
import dev.onvoid.webrtc.RTCIceGatheringState;
import dev.onvoid.webrtc.RTCOfferOptions;
import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.RTCPeerConnectionState;
import dev.onvoid.webrtc.RTCSdpType;
import dev.onvoid.webrtc.RTCSessionDescription;
import dev.onvoid.webrtc.SetSessionDescriptionObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.api.support.SerialExecutor;
import org.chroniclesync.api.transport.CloseReason;
import org.chroniclesync.api.transport.Peering;
import org.chroniclesync.api.transport.support.ConnectionAttempt;
import org.chroniclesync.api.transport.support.Inbox;
import org.chroniclesync.api.transport.support.WireFrame;
import org.chroniclesync.lib.webrtc.Relay;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One peer connection, from its offer or answer to its end. It lives as long as its channel does.
 * On the transport's thread only, but for the callbacks, which hand over to it.
 */
final class Attempt implements ConnectionAttempt {
  static final String LABEL = "chroniclesync";

  private static final Logger LOG = LoggerFactory.getLogger(Attempt.class);

  /** Candidates that come before the description they belong to. */
  private static final int MAX_EARLY_CANDIDATES = 64;

  private static final int MAX_CANDIDATES = 256;

  private final Library library;
  private final Settings settings;
  private final SerialExecutor thread;
  private final Peering peering;
  private final Owner owner;
  private final Consumer<Attempt> whenEnded;
  private final Inbox inbox;
  private final List<RTCIceCandidate> early = new ArrayList<>();
  private final List<Future<?>> timers = new ArrayList<>();

  /** What libwebrtc was given to tell us by, and may never let go of. */
  private final List<Relay<?>> relays = new ArrayList<>();

  private @Nullable RTCPeerConnection connection;
  private @Nullable RTCDataChannel data;

  /** Read by a callback too. */
  private volatile @Nullable WebRtcChannel channel;

  private @Nullable String local;
  private @Nullable String remote;
  private boolean remoteIsSet;
  private boolean described;
  private boolean ended;
  private int candidates;
  private long interruptions;

  Attempt(
      Library library,
      Settings settings,
      SerialExecutor thread,
      Peering peering,
      Owner owner,
      Consumer<Attempt> whenEnded) {
    this.library = library;
    this.settings = settings;
    this.thread = thread;
    this.peering = peering;
    this.owner = owner;
    this.whenEnded = whenEnded;
    this.inbox = new Inbox(settings.receiveBufferBytes());
  }

  // --- Offer and answer -------------------------------------------------------------------------

  @Override
  public void offer() {
    RTCPeerConnection made = connect();
    if (made == null) {
      return;
    }
    RTCDataChannelInit init = new RTCDataChannelInit();
    init.ordered = true;
    observe(made.createDataChannel(LABEL, init));
    made.createOffer(new RTCOfferOptions(), new Created());
  }

  @Override
  public void answer(Signal.Offer offer) {
    String sdp = offer.sdp();
    if (!isUsable("offer", sdp)) {
      return;
    }
    RTCPeerConnection made = connect();
    if (made == null) {
      return;
    }
    remote = sdp;
    made.setRemoteDescription(
        new RTCSessionDescription(RTCSdpType.OFFER, sdp),
        new Applied(() -> answerNow(made), "the peer's offer cannot be used"));
  }

  private boolean isUsable(String what, String sdp) {
    if (!Sdp.isDataOnly(sdp)) {
      fail("the peer's " + what + " is none for a data channel");
      return false;
    }
    if (!Sdp.namesOneCertificate(sdp)) {
      fail("the peer's " + what + " names no certificate, or several; it was tampered with");
      return false;
    }
    return true;
  }

  private void answerNow(RTCPeerConnection made) {
    remoteSet();
    made.createAnswer(new RTCAnswerOptions(), new Created());
  }

  @Override
  public void answered(Signal.Answer answer) {
    RTCPeerConnection made = connection;
    String sdp = answer.sdp();
    if (made == null) {
      return;
    }
    if (!isUsable("answer", sdp)) {
      return;
    }
    remote = sdp;
    made.setRemoteDescription(
        new RTCSessionDescription(RTCSdpType.ANSWER, sdp),
        new Applied(this::remoteSet, "the peer's answer cannot be used"));
  }

  @Override
  public void candidate(Signal.Candidate candidate) {
    // An empty line ends the candidates; libwebrtc needs no telling.
    if (ended || candidate.candidate().isBlank() || !mayOwn(candidate)) {
      return;
    }
    if (++candidates > MAX_CANDIDATES) {
      return;
    }
    RTCIceCandidate ice =
        new RTCIceCandidate(
            candidate.sdpMid() == null ? "" : candidate.sdpMid(),
            candidate.sdpMLineIndex(),
            candidate.candidate());
    if (remoteIsSet) {
      add(ice);
    } else if (early.size() < MAX_EARLY_CANDIDATES) {
      early.add(ice);
    }
  }

  /** A candidate may name the description that it belongs to, by its ufrag. */
  private boolean mayOwn(Signal.Candidate candidate) {
    String named = Sdp.candidateUfrag(candidate.candidate());
    String known = remote == null ? null : Sdp.ufrag(remote);
    return named == null || known == null || known.equals(named);
  }

  /** Our offer as it stands, with the candidates known by now. */
  @Override
  public @Nullable String pendingOffer() {
    RTCPeerConnection made = connection;
    if (made == null || remote != null || !described) {
      return null;
    }
    RTCSessionDescription pending = made.getLocalDescription();
    return pending == null ? null : pending.sdp;
  }

  /** Returns null, and has failed, where libwebrtc cannot be used. */
  private @Nullable RTCPeerConnection connect() {
    Relay<PeerConnectionObserver> relay =
        new Relay<>(PeerConnectionObserver.class, new Connection());
    relays.add(relay);
    try {
      RTCPeerConnection made = library.connection(settings.iceServers(), relay.front());
      connection = made;
      return made;
    } catch (Library.Missing e) {
      end(new CloseReason(CloseReason.Kind.LOCAL, String.valueOf(e.getMessage())));
      return null;
    }
  }

  private void remoteSet() {
    remoteIsSet = true;
    early.forEach(this::add);
    early.clear();
  }

  private void add(RTCIceCandidate candidate) {
    RTCPeerConnection made = connection;
    if (made != null) {
      try {
        made.addIceCandidate(candidate);
      } catch (RuntimeException e) {
        // One address less to try. The line itself is the peer's, hence not for the log.
        LOG.debug("a candidate was refused");
      }
    }
  }

  private void created(RTCSessionDescription description) {
    RTCPeerConnection made = connection;
    if (made != null && !ended) {
      local = description.sdp;
      made.setLocalDescription(
          description, new Applied(() -> describe(description), "our own description was refused"));
    }
  }

  private void describe(RTCSessionDescription description) {
    if (peering.trickles()) {
      send(description.sdpType, description.sdp);
    } else {
      after(settings.gatherTimeout(), this::sendGathered);
      RTCPeerConnection made = connection;
      if (made != null && made.getIceGatheringState() == RTCIceGatheringState.COMPLETE) {
        sendGathered();
      }
    }
  }

  private void sendGathered() {
    RTCPeerConnection made = connection;
    if (made != null && !described && !ended) {
      RTCSessionDescription full = made.getLocalDescription();
      if (full != null) {
        send(full.sdpType, full.sdp);
      }
    }
  }

  private void send(RTCSdpType type, String sdp) {
    described = true;
    owner.signal(type == RTCSdpType.OFFER ? new Signal.Offer(sdp, true) : new Signal.Answer(sdp));
  }

  // --- The data channel -------------------------------------------------------------------------

  private void observe(RTCDataChannel made) {
    if (ended || data != null || !LABEL.equals(made.getLabel())) {
      made.close();
      made.dispose();
      return;
    }
    data = made;
    Relay<RTCDataChannelObserver> relay = new Relay<>(RTCDataChannelObserver.class, new Data());
    relays.add(relay);
    made.registerObserver(relay.front());
    // It may have opened before anyone listened.
    dataChanged();
  }

  private void dataChanged() {
    RTCDataChannel made = data;
    if (made == null || ended) {
      return;
    }
    RTCDataChannelState state = made.getState();
    if (state == RTCDataChannelState.OPEN && channel == null) {
      open(made);
    } else if (state == RTCDataChannelState.CLOSING || state == RTCDataChannelState.CLOSED) {
      // It goes on closing for as long as there is something to send that nobody takes.
      end(new CloseReason(CloseReason.Kind.REMOTE, "the peer closed the connection"));
    }
  }

  private void open(RTCDataChannel made) {
    String ours = local;
    String theirs = remote;
    if (ours == null || theirs == null) {
      return;
    }
    WebRtcChannel opened =
        new WebRtcChannel(
            made,
            inbox,
            settings.sendBufferBytes(),
            Sdp.maxMessageBytes(theirs),
            Sdp.binding(ours, theirs),
            reason -> thread.execute(() -> end(reason)));
    channel = opened;
    owner.opened(opened);
  }

  private void connectionChanged(RTCPeerConnectionState state) {
    interruptions++;
    if (state == RTCPeerConnectionState.FAILED) {
      end(lost("no path between the two devices works; a TURN server may help"));
    } else if (state == RTCPeerConnectionState.DISCONNECTED) {
      long mine = interruptions;
      after(
          settings.disconnectedTimeout(),
          () -> {
            if (mine == interruptions) {
              end(lost("the connection was interrupted for too long"));
            }
          });
    }
  }

  private void fail(String why) {
    end(new CloseReason(CloseReason.Kind.VIOLATION, why));
  }

  private static CloseReason lost(String why) {
    return new CloseReason(CloseReason.Kind.LOST, why);
  }

  // --- The end ----------------------------------------------------------------------------------

  /** Does nothing once the channel is open: it belongs to whoever took it, and is our end. */
  @Override
  public void abandon() {
    if (!ended && channel == null) {
      ended = true;
      free();
    }
  }

  void end(CloseReason reason) {
    if (ended) {
      return;
    }
    ended = true;
    WebRtcChannel opened = channel;
    if (opened != null) {
      opened.close(reason);
    }
    try {
      free();
    } finally {
      owner.failed(reason.sentence());
    }
  }

  private void after(Duration delay, Runnable task) {
    timers.add(thread.schedule(delay, task));
  }

  /** First nobody listens, then nobody speaks, then nothing is there. */
  private void free() {
    timers.forEach(timer -> timer.cancel(false));
    timers.clear();
    WebRtcChannel opened = channel;
    if (opened != null) {
      opened.free(this::freeData);
    } else {
      freeData();
    }
    RTCPeerConnection made = connection;
    connection = null;
    if (made != null) {
      library.close(made);
    }
    relays.forEach(Relay::end);
    relays.clear();
    whenEnded.accept(this);
  }

  private void freeData() {
    RTCDataChannel made = data;
    data = null;
    if (made != null) {
      made.unregisterObserver();
      made.close();
      made.dispose();
    }
  }

  // --- Callbacks on libwebrtc's threads: they hand over, and nothing else -----------------------

  private final class Connection implements PeerConnectionObserver {
    @Override
    public void onIceCandidate(RTCIceCandidate candidate) {
      if (peering.trickles()) {
        thread.execute(() -> trickle(candidate));
      }
    }

    @Override
    public void onIceGatheringChange(RTCIceGatheringState state) {
      if (!peering.trickles() && state == RTCIceGatheringState.COMPLETE) {
        thread.execute(Attempt.this::sendGathered);
      }
    }

    @Override
    public void onConnectionChange(RTCPeerConnectionState state) {
      thread.execute(() -> connectionChanged(state));
    }

    @Override
    public void onDataChannel(RTCDataChannel made) {
      thread.execute(() -> observe(made));
    }
  }

  private void trickle(RTCIceCandidate candidate) {
    if (!ended) {
      owner.signal(new Signal.Candidate(candidate.sdpMid, candidate.sdpMLineIndex, candidate.sdp));
    }
  }

  private final class Data implements RTCDataChannelObserver {
    @Override
    public void onBufferedAmountChange(long previous) {
      WebRtcChannel opened = channel;
      if (opened != null) {
        opened.sent();
      }
    }

    @Override
    public void onStateChange() {
      thread.execute(Attempt.this::dataChanged);
    }

    @Override
    public void onMessage(RTCDataChannelBuffer buffer) {
      arrived(buffer);
    }
  }

  private void arrived(RTCDataChannelBuffer buffer) {
    library.received();
    // The memory belongs to libwebrtc and is gone when the callback returns.
    byte[] bytes = new byte[buffer.data.remaining()];
    buffer.data.get(bytes);
    CloseReason overflow = inbox.offer(new WireFrame(bytes, buffer.binary).frame(), bytes.length);
    if (overflow != null) {
      overflowed(overflow);
    }
  }

  /** At once, so that no end of another kind gets in between. */
  private void overflowed(CloseReason reason) {
    WebRtcChannel opened = channel;
    if (opened != null) {
      opened.close(reason);
    } else {
      thread.execute(() -> end(reason));
    }
  }

  private final class Created implements CreateSessionDescriptionObserver {
    @Override
    public void onSuccess(RTCSessionDescription description) {
      thread.execute(() -> created(description));
    }

    @Override
    public void onFailure(String error) {
      thread.execute(() -> fail("no description could be made: " + error));
    }
  }

  private final class Applied implements SetSessionDescriptionObserver {
    private final Runnable next;
    private final String problem;

    Applied(Runnable next, String problem) {
      this.next = next;
      this.problem = problem;
    }

    @Override
    public void onSuccess() {
      thread.execute(
          () -> {
            if (!ended) {
              next.run();
            }
          });
    }

    @Override
    public void onFailure(String error) {
      thread.execute(() -> fail(problem));
    }
  }
}
