// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.webrtc;

import java.net.InetAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.api.transport.CloseReason;
import org.chroniclesync.api.transport.Link;
import org.chroniclesync.api.transport.LinkEvent;
import org.chroniclesync.api.transport.Peering;
import org.chroniclesync.api.transport.Transport;
import org.chroniclesync.api.transport.TransportProvider;
import org.chroniclesync.api.transport.support.ConnectionAttempt;
import org.chroniclesync.api.transport.support.Negotiator;
import org.chroniclesync.api.transport.support.Technology;
import org.chroniclesync.support.network.AddressWatch;
import org.jspecify.annotations.Nullable;
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
  private final Negotiator negotiator;
  private final Gathering gathering;
  private final AddressWatch addresses;

  /** On the negotiator's thread only. */
  private final Set<Attempt> attempts = new HashSet<>();

  /**
   * Starts the transport. libwebrtc is loaded when the first link needs it.
   *
   * @param config its configuration
   */
  @Activate
  public WebRtcTransport(Config config) {
    this.settings = Settings.of(config);
    this.negotiator =
        new Negotiator(
            "chroniclesync-webrtc",
            settings.connectTimeout(),
            new WebRtc(),
            thrown -> LOG.error("A task or a listener of the WebRTC transport failed.", thrown));
    this.gathering = new Gathering(negotiator.thread());
    this.addresses =
        new AddressWatch(negotiator.thread(), () -> !attempts.isEmpty(), this::addressesLost);
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
  public Link link(Peering peering, Consumer<LinkEvent> listener) {
    return negotiator.link(peering, listener);
  }

  private final class WebRtc implements Technology {
    @Override
    public ConnectionAttempt attempt(Peering peering, ConnectionAttempt.Owner owner) {
      Attempt attempt =
          new Attempt(
              library, gathering, settings, negotiator.thread(), peering, owner, attempts::remove);
      attempts.add(attempt);
      addresses.start();
      return attempt;
    }

    /** Each offer has an ufrag of its own. */
    @Override
    public @Nullable String nameOf(String sdp) {
      try {
        return Description.parse(sdp).ufrag();
      } catch (Description.Refused e) {
        return null;
      }
    }

    @Override
    public String unreachable(Duration patience) {
      return "no connection came about within "
          + patience.toSeconds()
          + " s; is the peer still there, and does a firewall stand between?";
    }
  }

  private void addressesLost(Set<InetAddress> gone) {
    List.copyOf(attempts).forEach(attempt -> attempt.addressesLost(gone));
  }

  @Deactivate
  void deactivate() {
    if (!negotiator.close(this::closeAll, CLOSE_PATIENCE)) {
      LOG.warn("WebRTC did not end within {}.", CLOSE_PATIENCE);
    }
  }

  private void closeAll() {
    CloseReason reason = new CloseReason(CloseReason.Kind.LOCAL, "the WebRTC transport stops");
    List.copyOf(attempts).forEach(attempt -> attempt.end(reason));
    library.dispose();
  }
}
