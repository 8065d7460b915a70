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
import dev.onvoid.webrtc.RTCPeerConnectionIceErrorEvent;
import dev.onvoid.webrtc.RTCPeerConnectionState;
import dev.onvoid.webrtc.RTCSdpType;
import dev.onvoid.webrtc.RTCSessionDescription;
import dev.onvoid.webrtc.RTCStatsCollectorCallback;
import dev.onvoid.webrtc.RTCStatsReport;
import dev.onvoid.webrtc.SetSessionDescriptionObserver;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.api.support.SerialExecutor;
import org.chroniclesync.api.transport.AttemptReport;
import org.chroniclesync.api.transport.CloseReason;
import org.chroniclesync.api.transport.Peering;
import org.chroniclesync.api.transport.support.ConnectionAttempt;
import org.chroniclesync.api.transport.support.Inbox;
import org.chroniclesync.api.transport.support.WireFrame;
import org.chroniclesync.lib.webrtc.Relay;
import org.jspecify.annotations.Nullable;

/**
 * One peer connection, from its offer or answer to its end. It lives as long as its channel does.
 * On the transport's thread only, but for the callbacks, which hand over to it.
 */
final class Attempt implements ConnectionAttempt {
  static final String LABEL = "chroniclesync";

  /** Candidates that come before the description they belong to. */
  private static final int MAX_EARLY_CANDIDATES = 64;

  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

  /** How often a connection that is there is asked which way it goes. */
  private static final int LOOKS_AFTER_OPENING = 30;

  private static final String FENCED =
      "the WebRTC library failed in this attempt; the log says how often that happens";

  private final Library library;
  private final Fence fence;
  private final Gathering gathering;
  private final Settings settings;
  private final SerialExecutor thread;
  private final Peering peering;
  private final Owner owner;
  private final Consumer<Attempt> whenEnded;
  private final Inbox inbox;
  private final CandidatePolicy policy;
  private final Course course = new Course(Instant.now(), System::nanoTime);
  private final List<IceCandidate> early = new ArrayList<>();
  private final List<Future<?>> timers = new ArrayList<>();

  /** What libwebrtc was given to tell us by, and may never let go of. */
  private final List<Relay<?>> relays = new ArrayList<>();

  private final Relay<RTCStatsCollectorCallback> pairs;

  private @Nullable RTCPeerConnection connection;
  private @Nullable RTCDataChannel data;

  /** Read by a callback too. */
  private volatile @Nullable WebRtcChannel channel;

  private Gathering.@Nullable Turn turn;
  private @Nullable Description local;
  private @Nullable Description remote;
  private boolean offers;
  private boolean remoteIsSet;
  private boolean described;

  /** Whether all servers have answered, or were given up. */
  private boolean gathered;

  private boolean ended;
  private long interruptions;
  private int looksLeft = LOOKS_AFTER_OPENING;

  Attempt(
      Library library,
      Gathering gathering,
      Settings settings,
      SerialExecutor thread,
      Peering peering,
      Owner owner,
      Consumer<Attempt> whenEnded) {
    this.library = library;
    this.fence = library.fence();
    this.gathering = gathering;
    this.settings = settings;
    this.thread = thread;
    this.peering = peering;
    this.owner = owner;
    this.whenEnded = whenEnded;
    this.pairs =
        new Relay<>(RTCStatsCollectorCallback.class, report -> thread.execute(() -> told(report)));
    relays.add(pairs);
    this.inbox = new Inbox(settings.receiveBufferBytes());
    this.policy =
        peering.proven()
            ? CandidatePolicy.ofAProvenPeer()
            : CandidatePolicy.ofAStranger(LocalNetwork.now());
  }

  /** Runs calls of libwebrtc; what they throw ends this attempt. */
  private void fenced(Fence.Call calls) {
    if (!fence.run(calls)) {
      end(new CloseReason(CloseReason.Kind.LOCAL, FENCED));
    }
  }

  // --- Offer and answer -------------------------------------------------------------------------

  @Override
  public void offer() {
    offers = true;
    RTCPeerConnection made = connect();
    if (made == null) {
      return;
    }
    fenced(
        () -> {
          RTCDataChannelInit init = new RTCDataChannelInit();
          init.ordered = true;
          observe(made.createDataChannel(LABEL, init));
          made.createOffer(new RTCOfferOptions(), new Created());
        });
  }

  @Override
  public void answer(Signal.Offer offer) {
    Description peers = usable("offer", offer.sdp());
    RTCPeerConnection made = peers == null ? null : connect();
    if (peers != null && made != null) {
      apply(
          made,
          RTCSdpType.OFFER,
          peers,
          new Applied(() -> answerNow(made), "the peer's offer cannot be used"));
    }
  }

  /** Returns null, and has failed, for a description that libwebrtc must not see. */
  private @Nullable Description usable(String what, String sdp) {
    try {
      Description description = Description.parse(sdp);
      List<IceCandidate> admitted =
          description.candidates().stream().filter(policy::admits).toList();
      admitted.forEach(course::peers);
      return description.with(admitted);
    } catch (Description.Refused e) {
      fail("the peer's " + what + " " + e.getMessage());
      return null;
    }
  }

  private void apply(
      RTCPeerConnection made, RTCSdpType type, Description peers, Applied whenApplied) {
    remote = peers;
    fenced(
        () -> made.setRemoteDescription(new RTCSessionDescription(type, peers.sdp()), whenApplied));
  }

  private void answerNow(RTCPeerConnection made) {
    remoteSet();
    fenced(() -> made.createAnswer(new RTCAnswerOptions(), new Created()));
  }

  @Override
  public void answered(Signal.Answer answer) {
    RTCPeerConnection made = connection;
    Description peers = made == null ? null : usable("answer", answer.sdp());
    if (peers != null && made != null) {
      apply(
          made,
          RTCSdpType.ANSWER,
          peers,
          new Applied(this::remoteSet, "the peer's answer cannot be used"));
    }
  }

  @Override
  public void candidate(Signal.Candidate candidate) {
    // An empty line ends the candidates; libwebrtc needs no telling.
    IceCandidate parsed = IceCandidate.parse(candidate.candidate());
    if (ended || parsed == null || candidate.sdpMLineIndex() != 0) {
      return;
    }
    if (remoteIsSet) {
      add(parsed);
    } else if (early.size() < MAX_EARLY_CANDIDATES) {
      early.add(parsed);
    }
  }

  /** Our offer as it stands, with the candidates known by now. */
  @Override
  public @Nullable String pendingOffer() {
    RTCPeerConnection made = connection;
    if (made == null || remote != null || !described) {
      return null;
    }
    return currentSdp(made);
  }

  private @Nullable String currentSdp(RTCPeerConnection made) {
    AtomicReference<@Nullable RTCSessionDescription> found = new AtomicReference<>();
    fenced(() -> found.set(made.getLocalDescription()));
    RTCSessionDescription current = found.get();
    return current == null ? null : current.sdp;
  }

  /** Returns null, and has failed, where libwebrtc cannot be used. */
  private @Nullable RTCPeerConnection connect() {
    Relay<PeerConnectionObserver> relay =
        new Relay<>(PeerConnectionObserver.class, new Connection());
    relays.add(relay);
    try {
      RTCPeerConnection made = library.connection(settings, peering.proven(), relay.front());
      connection = made;
      return made;
    } catch (Library.Missing e) {
      end(new CloseReason(CloseReason.Kind.LOCAL, String.valueOf(e.getMessage())));
      return null;
    }
  }

  private void remoteSet() {
    remoteIsSet = true;
    look();
    early.forEach(this::add);
    early.clear();
  }

  private void add(IceCandidate candidate) {
    RTCPeerConnection made = connection;
    Description peers = remote;
    if (made != null && peers != null && isOf(peers, candidate) && policy.admits(candidate)) {
      course.peers(candidate);
      String mid = peers.mid() == null ? "" : peers.mid();
      fence.run(() -> addTo(made, new RTCIceCandidate(mid, 0, candidate.line())));
    }
  }

  private static void addTo(RTCPeerConnection made, RTCIceCandidate candidate) {
    try {
      made.addIceCandidate(candidate);
    } catch (RuntimeException e) {
      // One address less to try: it may belong to another attempt with the same peer.
    }
  }

  /** A candidate may name the description that it belongs to, by its ufrag. */
  private static boolean isOf(Description description, IceCandidate candidate) {
    return candidate.ufrag() == null || candidate.ufrag().equals(description.ufrag());
  }

  private void created(RTCSessionDescription description) {
    RTCPeerConnection made = connection;
    if (made == null || ended) {
      return;
    }
    try {
      local = Description.parse(description.sdp);
    } catch (Description.Refused e) {
      fail("our own description " + e.getMessage());
      return;
    }
    turn = gathering.queue(peering.proven(), () -> gather(made, description));
  }

  /** Sets our own description, by which libwebrtc begins to gather addresses. */
  private void gather(RTCPeerConnection made, RTCSessionDescription description) {
    fenced(
        () ->
            made.setLocalDescription(
                description,
                new Applied(() -> describe(description), "our own description was refused")));
  }

  private void gathered() {
    gathered = true;
    Gathering.Turn ending = turn;
    if (ending != null) {
      ending.end();
    }
    if (!peering.trickles()) {
      sendGathered();
    }
  }

  private void describe(RTCSessionDescription description) {
    if (peering.trickles()) {
      send(description.sdpType, description.sdp);
    } else {
      after(settings.gatherTimeout(), this::sendGathered);
      RTCPeerConnection made = connection;
      if (made != null) {
        fenced(
            () -> {
              if (made.getIceGatheringState() == RTCIceGatheringState.COMPLETE) {
                sendGathered();
              }
            });
      }
    }
  }

  private void sendGathered() {
    RTCPeerConnection made = connection;
    if (made != null && !described && !ended) {
      String full = currentSdp(made);
      if (full != null) {
        send(offers ? RTCSdpType.OFFER : RTCSdpType.ANSWER, full);
      }
    }
  }

  private void send(RTCSdpType type, String sdp) {
    described = true;
    tellCourse(false);
    owner.signal(type == RTCSdpType.OFFER ? new Signal.Offer(sdp, true) : new Signal.Answer(sdp));
  }

  // --- The data channel -------------------------------------------------------------------------

  private void observe(RTCDataChannel made) {
    fenced(
        () -> {
          if (ended || data != null || !LABEL.equals(made.getLabel())) {
            made.close();
            made.dispose();
            return;
          }
          data = made;
          Relay<RTCDataChannelObserver> relay =
              new Relay<>(RTCDataChannelObserver.class, new Data());
          relays.add(relay);
          made.registerObserver(relay.front());
        });
    // It may have opened before anyone listened.
    dataChanged();
  }

  private void dataChanged() {
    RTCDataChannel made = data;
    if (made == null || ended) {
      return;
    }
    AtomicReference<RTCDataChannelState> found = new AtomicReference<>(RTCDataChannelState.CLOSED);
    fence.run(() -> found.set(made.getState()));
    RTCDataChannelState state = found.get();
    if (state == RTCDataChannelState.OPEN && channel == null) {
      open(made);
    } else if (state == RTCDataChannelState.CLOSING || state == RTCDataChannelState.CLOSED) {
      // It goes on closing for as long as there is something to send that nobody takes.
      end(new CloseReason(CloseReason.Kind.REMOTE, "the peer closed the connection"));
    }
  }

  private void open(RTCDataChannel made) {
    Description ours = local;
    Description theirs = remote;
    if (ours == null || theirs == null) {
      return;
    }
    WebRtcChannel opened =
        new WebRtcChannel(
            made,
            inbox,
            fence,
            settings.sendBufferBytes(),
            theirs.maxFrameBytes(),
            ours.bindingWith(theirs),
            reason -> thread.execute(() -> end(reason)));
    channel = opened;
    tellCourse(false);
    owner.opened(opened);
    askForPairs();
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

  // --- How far it is ----------------------------------------------------------------------------

  /** Looks again and again at what becomes of the pairs, until a channel is there. */
  private void look() {
    if (!ended && channel == null) {
      askForPairs();
      after(BETWEEN_LOOKS, this::look);
    }
  }

  private void askForPairs() {
    RTCPeerConnection made = connection;
    if (made != null && !ended) {
      fence.run(() -> made.getStats(pairs.front()));
    }
  }

  private void told(RTCStatsReport report) {
    if (fence.run(() -> course.pairs(report)) && !ended) {
      tellCourse(false);
      // The channel may open before libwebrtc says which pair it goes by.
      if (channel != null && !course.knowsTheWay() && looksLeft-- > 0) {
        after(BETWEEN_LOOKS, this::askForPairs);
      }
    }
  }

  private void tellCourse(boolean over) {
    if (over && !gathered) {
      course.unanswered(settings.iceServers());
    }
    owner.progress(course.report(offers, stage(), over));
  }

  private AttemptReport.Stage stage() {
    if (channel != null) {
      return AttemptReport.Stage.OPEN;
    } else if (remoteIsSet && described) {
      return AttemptReport.Stage.CHECKING;
    }
    return offers && described
        ? AttemptReport.Stage.AWAITING_ANSWER
        : AttemptReport.Stage.PREPARING;
  }

  /** libwebrtc notices by itself only after many seconds of silence. */
  void addressesLost(Set<InetAddress> gone) {
    if (course.isLeftBy(gone) && channel != null) {
      end(lost("this device went to another network"));
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
      tellCourse(true);
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
    } else {
      tellCourse(true);
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
    early.clear();
    Gathering.Turn ending = turn;
    if (ending != null) {
      ending.end();
    }
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
      fence.run(made::unregisterObserver);
      fence.run(made::close);
      fence.run(made::dispose);
    }
  }

  // --- Callbacks on libwebrtc's threads: they hand over, and nothing else -----------------------

  private final class Connection implements PeerConnectionObserver {
    @Override
    public void onIceCandidate(RTCIceCandidate candidate) {
      thread.execute(() -> found(candidate));
    }

    @Override
    public void onIceCandidateError(RTCPeerConnectionIceErrorEvent error) {
      String server = String.valueOf(error.getUrl());
      String text = String.valueOf(error.getErrorText());
      thread.execute(() -> course.problem(server, error.getErrorCode(), text));
    }

    @Override
    public void onIceGatheringChange(RTCIceGatheringState state) {
      if (state == RTCIceGatheringState.COMPLETE) {
        thread.execute(Attempt.this::gathered);
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

  private void found(RTCIceCandidate candidate) {
    IceCandidate parsed = IceCandidate.parse(candidate.sdp);
    if (parsed != null) {
      course.own(parsed);
    }
    if (!ended && peering.trickles()) {
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
      thread.execute(() -> fail("no description could be made that suits the peer's"));
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
      // The error has text of the peer's in it.
      thread.execute(() -> fail(problem));
    }
  }
}
