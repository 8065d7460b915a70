// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.page;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The page for browsers of other devices in the same house: by TLS, behind a password. It is off
 * until its owner turns it on, and stays as it was set when the node starts again. Safe for any
 * thread; each method may block for some hundred milliseconds, as it writes files or opens a port.
 *
 * <p>Exceptions have messages for a person. After the bundle has stopped, nothing is shared, and
 * every method but {@link #state()} throws {@link IllegalStateException}.
 */
@ProviderType
public interface Sharing {
  /** Least characters of a password. */
  int MIN_PASSWORD_CHARS = 10;

  /** Most characters of a password. */
  int MAX_PASSWORD_CHARS = 256;

  /** The port if none is named. */
  int DEFAULT_PORT = 7743;

  /**
   * Tells how it stands.
   *
   * @return a copy
   */
  State state();

  /**
   * Turns it on, or moves it to another port.
   *
   * @param port 1024 to 65535, or 0 for the one that was used last, at first {@link #DEFAULT_PORT}
   * @throws IllegalArgumentException if there is no such port
   * @throws IllegalStateException if there is no password yet, or the port cannot be opened
   */
  void turnOn(int port);

  /**
   * Turns it off. Browsers that have signed in are let in again when it is turned on.
   *
   * @throws IllegalStateException if that cannot be kept
   */
  void turnOff();

  /**
   * Sets the password, and lets nobody in any more who signed in by an earlier one.
   *
   * @param password {@value #MIN_PASSWORD_CHARS} to {@value #MAX_PASSWORD_CHARS} characters; the
   *     caller wipes it
   * @throws IllegalArgumentException if it is too short or too long
   * @throws IllegalStateException if it cannot be kept
   */
  void setPassword(char[] password);

  /**
   * Lets a browser in no more.
   *
   * @param guest the id of a {@link Guest}
   * @return false if there is none
   */
  boolean end(String guest);

  /** Lets nobody in any more who has signed in. */
  void endAll();

  /**
   * How it stands.
   *
   * @param on whether it is to be shared
   * @param port where
   * @param hasPassword whether a password is set
   * @param addresses what a browser of another device opens, the likeliest first; empty while it is
   *     not shared
   * @param fingerprint the SHA-256 of the certificate, 64 hexadecimal digits in upper case, or null
   *     before there is one
   * @param until when the certificate is replaced by another at the latest, or null
   * @param picture the first address as a QR code, a text of {@code 1} (dark) and {@code 0} for
   *     each row, without its quiet zone; empty without an address
   * @param trouble why it is not shared though it is to be, or null
   * @param guests who has signed in, the newest first
   */
  @ProviderType
  record State(
      boolean on,
      int port,
      boolean hasPassword,
      List<URI> addresses,
      @Nullable String fingerprint,
      @Nullable Instant until,
      List<String> picture,
      @Nullable String trouble,
      List<Guest> guests) {
    /** Copies the lists. */
    public State {
      addresses = List.copyOf(addresses);
      picture = List.copyOf(picture);
      guests = List.copyOf(guests);
    }
  }

  /**
   * A browser that has signed in.
   *
   * @param id by which it is ended; no secret
   * @param browser what it says that it is; at most 64 characters
   * @param address from which it signed in
   * @param since when
   * @param seen when it asked last, or when it signed in if it has not asked since the node started
   */
  @ProviderType
  record Guest(String id, String browser, String address, Instant since, Instant seen) {}
}
