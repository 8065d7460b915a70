// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.webrtc;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.api.transport.CloseReason;
import org.chroniclesync.api.transport.Link;
import org.chroniclesync.api.transport.LinkEvent;
import org.chroniclesync.api.transport.Transport;
import org.chroniclesync.api.transport.TransportProvider;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The transport: one thread for libwebrtc, one for those who listen. */
@TransportProvider(name = "webrtc")
@Component(
    configurationPid = "org.chroniclesync.transport.webrtc",
    property = {
      Transport.NAME_PROPERTY + "=webrtc",
      Transport.LEGACY_PROPERTY + ":Boolean=true",
      // Tried before those that need an open port: it comes through more networks.
      "service.ranking:Integer=100"
    })
@Designate(ocd = Config.class)
public final class WebRtcTransport implements Transport {
  private static final Logger LOG = LoggerFactory.getLogger(WebRtcTransport.class);
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(10);

  private final Settings settings;
  private final Library library = new Library();
  private final Turns turns = new Turns("chroniclesync-webrtc");
  private final Turns events = new Turns("chroniclesync-webrtc-events");

  // On the transport's thread only.
  private final Set<WebRtcLink> links = new HashSet<>();
  private final Set<Attempt> attempts = new HashSet<>();

  /**
   * Starts the transport. libwebrtc is loaded when the first link needs it.
   *
   * @param config its configuration
   */
  @Activate
  public WebRtcTransport(Config config) {
    this.settings = Settings.of(config);
  }

  /** RFC 8841 and the drafts before it: the protocol of the media line of a data channel. */
  @Override
  public boolean accepts(Signal signal) {
    if (signal instanceof Signal.Offer offer) {
      return isOfDataChannel(offer.sdp());
    }
    if (signal instanceof Signal.Answer answer) {
      return isOfDataChannel(answer.sdp());
    }
    return signal instanceof Signal.Candidate;
  }

  private static boolean isOfDataChannel(String sdp) {
    return sdp.contains("DTLS/SCTP");
  }

  @Override
  public Link link(PeerId self, PeerId peer, boolean trickles, Consumer<LinkEvent> listener) {
    WebRtcLink link = new WebRtcLink(this, self, peer, trickles, listener);
    turns.post(() -> links.add(link));
    return link;
  }

  Attempt attempt(boolean trickles, Attempt.Owner owner) {
    Attempt attempt = new Attempt(library, settings, turns, trickles, owner);
    attempts.add(attempt);
    return attempt;
  }

  void forget(Attempt attempt) {
    attempts.remove(attempt);
  }

  void forget(WebRtcLink link) {
    links.remove(link);
  }

  Turns turns() {
    return turns;
  }

  Turns events() {
    return events;
  }

  @Deactivate
  void deactivate() throws InterruptedException {
    boolean ended = turns.close(this::closeAll, CLOSE_PATIENCE);
    ended &= events.close(() -> {}, CLOSE_PATIENCE);
    if (!ended) {
      LOG.warn("WebRTC did not end within {}.", CLOSE_PATIENCE);
    }
  }

  private void closeAll() {
    List.copyOf(links).forEach(WebRtcLink::closeNow);
    CloseReason reason = new CloseReason(CloseReason.Kind.LOCAL, "the WebRTC transport stops");
    List.copyOf(attempts).forEach(attempt -> attempt.end(reason));
    library.dispose();
  }
}
