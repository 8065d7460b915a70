// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.websocket;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Locale;
import org.chroniclesync.api.transport.ChannelBinding;
import org.jspecify.annotations.Nullable;

/**
 * The SHA-256 of a certificate, as RFC 8122 writes it.
 *
 * @param value 32 bytes in upper-case hex, divided by colons
 */
record Fingerprint(String value) {
  private static final HexFormat FORMAT = HexFormat.ofDelimiter(":").withUpperCase();
  private static final int BYTES = 32;

  static Fingerprint of(X509Certificate certificate) throws CertificateEncodingException {
    return new Fingerprint(FORMAT.formatHex(sha256(certificate.getEncoded())));
  }

  /** Returns null if this is no fingerprint. */
  static @Nullable Fingerprint parse(String text) {
    try {
      boolean whole = FORMAT.parseHex(text).length == BYTES;
      return whole ? new Fingerprint(text.toUpperCase(Locale.ROOT)) : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Both, in an order that both ends agree on. */
  static ChannelBinding binding(Fingerprint one, Fingerprint other) {
    boolean inOrder = one.value.compareTo(other.value) <= 0;
    String both = inOrder ? one.value + "\n" + other.value : other.value + "\n" + one.value;
    return new ChannelBinding(sha256(both.getBytes(StandardCharsets.US_ASCII)));
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
