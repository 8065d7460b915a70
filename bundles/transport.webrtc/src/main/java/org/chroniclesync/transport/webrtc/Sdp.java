// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.webrtc;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chroniclesync.api.transport.ChannelBinding;
import org.jspecify.annotations.Nullable;

/** What we read in session descriptions (RFC 8866, RFC 8841). */
final class Sdp {
  /** What RFC 8841, section 6, has a peer take that does not say. */
  private static final int DEFAULT_MESSAGE_BYTES = 65_536;

  /** Chromium closes a channel on a longer message. */
  static final int MAX_MESSAGE_BYTES = 262_144;

  private static final Pattern UFRAG = Pattern.compile("(?m)^a=ice-ufrag:(\\S{1,256})");
  private static final Pattern CANDIDATE_UFRAG = Pattern.compile("(?:^| )ufrag (\\S{1,256})");
  private static final Pattern FINGERPRINT =
      Pattern.compile("(?mi)^a=fingerprint:(\\S{1,32} [0-9a-f:]{1,200})\\r?$");
  private static final Pattern ANY_FINGERPRINT = Pattern.compile("(?i)a=fingerprint");
  private static final Pattern MESSAGE_BYTES =
      Pattern.compile("(?m)^a=max-message-size:(\\d{1,18})");
  private static final Pattern MEDIA = Pattern.compile("(?m)^m=(\\S+)");

  private Sdp() {}

  /** Returns the name of the peer's end of the connection, or null if the description has none. */
  static @Nullable String ufrag(String sdp) {
    return first(UFRAG, sdp);
  }

  static @Nullable String candidateUfrag(String candidate) {
    return first(CANDIDATE_UFRAG, candidate);
  }

  /** A description with sound or video in it would make libwebrtc set up what nobody wants. */
  static boolean isDataOnly(String sdp) {
    Matcher media = MEDIA.matcher(sdp);
    int sections = 0;
    while (media.find()) {
      if (!"application".equals(media.group(1))) {
        return false;
      }
      sections++;
    }
    return sections == 1;
  }

  /**
   * Tells whether it names one certificate and no other. Of several, the library would check one
   * and the binding be made of another: the way in for whoever puts theirs beside the peer's.
   */
  static boolean namesOneCertificate(String sdp) {
    Set<String> found = new HashSet<>();
    int lines = 0;
    for (Matcher line = FINGERPRINT.matcher(sdp); line.find(); lines++) {
      found.add(line.group(1).toLowerCase(Locale.ROOT));
    }
    return found.size() == 1 && ANY_FINGERPRINT.matcher(sdp).results().count() == lines;
  }

  /** How long a message to the maker of this description may be. */
  static int maxMessageBytes(String sdp) {
    String stated = first(MESSAGE_BYTES, sdp);
    long bytes = stated == null ? DEFAULT_MESSAGE_BYTES : Long.parseLong(stated);
    // Zero means that any length will do.
    return bytes == 0 ? MAX_MESSAGE_BYTES : (int) Math.min(bytes, MAX_MESSAGE_BYTES);
  }

  /** Both fingerprints in an order that both ends agree on. */
  static ChannelBinding binding(String local, String remote) {
    String one = fingerprint(local);
    String other = fingerprint(remote);
    boolean inOrder = one.compareTo(other) <= 0;
    String both = inOrder ? one + "\n" + other : other + "\n" + one;
    try {
      return new ChannelBinding(
          MessageDigest.getInstance("SHA-256").digest(both.getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static String fingerprint(String sdp) {
    String found = first(FINGERPRINT, sdp);
    return found == null ? "" : found.toLowerCase(Locale.ROOT);
  }

  private static @Nullable String first(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? matcher.group(1) : null;
  }
}
