// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.session;

import java.time.Duration;
import org.chroniclesync.api.crypto.EnvelopeException;
import org.chroniclesync.api.transport.CloseReason;

/** Why a session ends, in words for a person. */
final class Endings {
  private Endings() {}

  static CloseReason stranger() {
    return new CloseReason(
        CloseReason.Kind.VIOLATION,
        "what it sends cannot be opened: it has another mnemonic; give both devices the same 24"
            + " words");
  }

  static CloseReason between() {
    return new CloseReason(
        CloseReason.Kind.VIOLATION,
        "somebody without your 24 words stands between this device and that one, or plays back an"
            + " old conversation: the keys of this connection do not fit. Nothing was accepted; if"
            + " it happens again, use another discovery service");
  }

  static CloseReason tampered(EnvelopeException e) {
    return new CloseReason(
        CloseReason.Kind.VIOLATION,
        "a frame was changed, repeated, left out or inserted on the way (" + e.reason() + ")");
  }

  static CloseReason unusable(int messages, String last) {
    return new CloseReason(
        CloseReason.Kind.VIOLATION,
        "it sent " + messages + " unusable messages, the last of them " + last);
  }

  static CloseReason silence(Duration silence) {
    return new CloseReason(
        CloseReason.Kind.LOST, "nothing was heard for " + silence.toSeconds() + " s");
  }

  static CloseReason stuck(Duration patience) {
    return new CloseReason(
        CloseReason.Kind.LOST, "it has taken nothing for " + patience.toSeconds() + " s");
  }

  static CloseReason local(String why) {
    return new CloseReason(CloseReason.Kind.LOCAL, why);
  }
}
