// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.webrtc;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Locale;
import org.chroniclesync.api.transport.ChannelBinding;
import org.jspecify.annotations.Nullable;

/**
 * A session description (RFC 8866) of one data channel (RFC 8841) and nothing else. What a peer
 * sent becomes one of these, and libwebrtc gets only what {@link #sdp} makes of it: no line of the
 * peer's own reaches native code.
 *
 * @param form how the media line writes SCTP over DTLS
 * @param sctpPort 1 to 65535
 * @param mid the name of the media section, or null
 * @param ufrag the name of this end of the ICE session
 * @param password the password of this end of the ICE session
 * @param trickles whether candidates may follow
 * @param fingerprint hash and certificate, such as {@code sha-256 AB:…}
 * @param setup who begins DTLS
 * @param maxMessageBytes how long a message to the maker may be; 0 means any length
 * @param candidates those in the description itself
 */
record Description(
    Form form,
    int sctpPort,
    @Nullable String mid,
    String ufrag,
    String password,
    boolean trickles,
    String fingerprint,
    String setup,
    long maxMessageBytes,
    List<IceCandidate> candidates) {
  /** What RFC 8841, section 6, has a peer take that does not say. */
  static final int DEFAULT_MESSAGE_BYTES = 65_536;

  /** Chromium closes a channel on a longer message. */
  static final int MAX_MESSAGE_BYTES = 262_144;

  /** The two ways to write the media line. */
  enum Form {
    /** RFC 8841's, such as {@code UDP/DTLS/SCTP webrtc-datachannel}. */
    STANDARD,
    /** That of the drafts before it, {@code DTLS/SCTP 5000}. */
    DRAFT
  }

  /** A description that cannot be used. The message is fixed: nothing in it is the peer's. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * Makes one.
     *
     * @param why goes on after "the peer's offer"
     */
    Refused(String why) {
      super(why, null, false, false);
    }
  }

  Description {
    candidates = List.copyOf(candidates);
  }

  static Description parse(String sdp) throws Refused {
    return new DescriptionParser().parse(sdp);
  }

  Description with(List<IceCandidate> others) {
    return new Description(
        form,
        sctpPort,
        mid,
        ufrag,
        password,
        trickles,
        fingerprint,
        setup,
        maxMessageBytes,
        others);
  }

  /** Writes it for libwebrtc. */
  String sdp() {
    StringBuilder lines = new StringBuilder();
    line(lines, "v=0");
    line(lines, "o=- 1 1 IN IP4 0.0.0.0");
    line(lines, "s=-");
    line(lines, "t=0 0");
    if (mid != null) {
      line(lines, "a=group:BUNDLE " + mid);
    }
    boolean standard = form == Form.STANDARD;
    line(
        lines,
        standard
            ? "m=application 9 UDP/DTLS/SCTP webrtc-datachannel"
            : "m=application 9 DTLS/SCTP " + sctpPort);
    line(lines, "c=IN IP4 0.0.0.0");
    candidates.forEach(candidate -> line(lines, "a=" + candidate.line()));
    line(lines, "a=ice-ufrag:" + ufrag);
    line(lines, "a=ice-pwd:" + password);
    if (trickles) {
      line(lines, "a=ice-options:trickle");
    }
    line(lines, "a=fingerprint:" + fingerprint);
    line(lines, "a=setup:" + setup);
    if (mid != null) {
      line(lines, "a=mid:" + mid);
    }
    line(
        lines,
        standard
            ? "a=sctp-port:" + sctpPort
            : "a=sctpmap:" + sctpPort + " webrtc-datachannel 1024");
    line(lines, "a=max-message-size:" + maxFrameBytes());
    return lines.toString();
  }

  private static void line(StringBuilder lines, String line) {
    lines.append(line).append("\r\n");
  }

  /** How long a frame to the maker of this description may be. */
  int maxFrameBytes() {
    return maxMessageBytes == 0
        ? MAX_MESSAGE_BYTES
        : (int) Math.min(maxMessageBytes, MAX_MESSAGE_BYTES);
  }

  /** Both fingerprints in an order that both ends agree on. */
  ChannelBinding bindingWith(Description other) {
    String mine = fingerprint.toLowerCase(Locale.ROOT);
    String theirs = other.fingerprint.toLowerCase(Locale.ROOT);
    String both = mine.compareTo(theirs) <= 0 ? mine + "\n" + theirs : theirs + "\n" + mine;
    try {
      return new ChannelBinding(
          MessageDigest.getInstance("SHA-256").digest(both.getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
