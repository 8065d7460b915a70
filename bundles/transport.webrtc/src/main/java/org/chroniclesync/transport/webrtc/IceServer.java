// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.webrtc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.onvoid.webrtc.RTCIceServer;
import dev.onvoid.webrtc.TlsCertPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chroniclesync.support.configuration.ConfigurationValues;
import org.chroniclesync.support.files.PrivateFiles;
import org.jspecify.annotations.Nullable;

/**
 * A STUN or TURN server of the configuration.
 *
 * @param url as RFC 7064 and RFC 7065 have it
 * @param login what a TURN server asks for, or null for a STUN server
 * @param anyCertificate whether a certificate is accepted that no known authority signed
 */
record IceServer(String url, @Nullable Login login, boolean anyCertificate) {
  /** For how long a credential is good that is made of a shared secret. */
  static final Duration LIFETIME = Duration.ofDays(1);

  static final String FORM =
      "stun:HOST[:PORT], or turn:HOST[:PORT][?transport=udp|tcp]|USERNAME|FILE or the same with"
          + " turns:, and then, if wanted, |time-limited or |any-certificate";

  private static final String TIME_LIMITED = "time-limited";
  private static final String ANY_CERTIFICATE = "any-certificate";
  private static final List<String> OPTIONS = List.of(TIME_LIMITED, ANY_CERTIFICATE);
  private static final int MAX_NAME_CHARS = 256;
  private static final int MAX_SECRET_CHARS = 512;
  private static final int MAX_FILE_BYTES = 8_192;

  private static final Pattern URL =
      Pattern.compile(
          "(stuns?|turns?):(?:\\[[0-9A-Fa-f:.]{2,45}\\]|[0-9A-Za-z._-]{1,253})(?::([0-9]{1,5}))?"
              + "(\\?transport=(?:udp|tcp))?");

  /** What a server asks for. */
  sealed interface Login {
    /**
     * A name and a password.
     *
     * @param username the name
     * @param password never to be shown
     */
    record LongTerm(String username, String password) implements Login {
      @Override
      public String toString() {
        return "LongTerm[" + username + "]";
      }
    }

    /**
     * A secret that the server shares, from which each connection gets a name and a password for a
     * while.
     *
     * @param user what is put behind the time, or nothing
     * @param secret never to be shown
     */
    record Shared(String user, String secret) implements Login {
      @Override
      public String toString() {
        return "Shared[" + user + "]";
      }
    }
  }

  /** Reads one of the configuration. */
  static IceServer of(String line, ConfigurationValues values) {
    String[] parts = line.split("\\|", -1);
    String url = parts[0].trim();
    List<String> options =
        parts.length < 4
            ? List.of()
            : Arrays.stream(parts, 3, parts.length).map(String::trim).toList();
    Matcher matcher = URL.matcher(url);
    if (!matcher.matches() || !isPort(matcher.group(2)) || !OPTIONS.containsAll(options)) {
      throw refusal(url, values);
    }
    boolean relay = url.startsWith("turn");
    // A STUN server asks for nothing, and only TURN has a choice of the transport.
    if (relay ? parts.length < 3 : parts.length > 1 || matcher.group(3) != null) {
      throw refusal(url, values);
    }
    if (!relay) {
      return new IceServer(url, null, false);
    }
    String user = parts[1].trim();
    boolean timed = options.contains(TIME_LIMITED);
    if (user.length() > MAX_NAME_CHARS || (user.isEmpty() && !timed)) {
      throw refusal(url, values);
    }
    String secret = secret(parts[2].trim());
    return new IceServer(
        url,
        timed ? new Login.Shared(user, secret) : new Login.LongTerm(user, secret),
        options.contains(ANY_CERTIFICATE));
  }

  /** What stands before an @ may be a password. */
  private static IllegalArgumentException refusal(String url, ConfigurationValues values) {
    return values.refuseElement("iceServers", url.replaceAll("^.*@", "…@"), FORM);
  }

  private static boolean isPort(@Nullable String port) {
    return port == null || (Integer.parseInt(port) >= 1 && Integer.parseInt(port) <= 65_535);
  }

  /** Somebody may have put the secret itself there, so only an absolute path is ever shown. */
  private static String secret(String name) {
    Path file;
    try {
      file = Path.of(name);
    } catch (InvalidPathException e) {
      throw noFile();
    }
    if (!file.isAbsolute()) {
      throw noFile();
    }
    try (InputStream in = Files.newInputStream(file)) {
      if (PrivateFiles.isOpenToOthers(file)) {
        throw refusal(file, "can be read by others; run: chmod 600 " + file, null);
      }
      String text = new String(in.readNBytes(MAX_FILE_BYTES), UTF_8);
      String first = text.lines().findFirst().orElse("").trim();
      if (first.isEmpty() || first.length() > MAX_SECRET_CHARS) {
        throw refusal(
            file,
            "must hold the credential in its first line, of at most "
                + MAX_SECRET_CHARS
                + " characters",
            null);
      }
      return first;
    } catch (IOException e) {
      throw refusal(file, "cannot be read", e);
    }
  }

  private static IllegalArgumentException noFile() {
    return new IllegalArgumentException(
        "iceServers of "
            + Settings.PID
            + " must name the credential of a TURN server by the absolute path of a file that"
            + " holds it.");
  }

  private static IllegalArgumentException refusal(
      Path file, String why, @Nullable IOException cause) {
    return new IllegalArgumentException(
        "The credential file "
            + file
            + ", named in iceServers of "
            + Settings.PID
            + ", "
            + why
            + ".",
        cause);
  }

  /** Whether it relays. */
  boolean relays() {
    return login != null;
  }

  /** What libwebrtc needs for a connection that begins now. */
  RTCIceServer at(Instant now) {
    RTCIceServer server = new RTCIceServer();
    server.urls.add(url);
    server.tlsCertPolicy = anyCertificate ? TlsCertPolicy.INSECURE_NO_CHECK : TlsCertPolicy.SECURE;
    if (login instanceof Login.LongTerm known) {
      server.username = known.username();
      server.password = known.password();
    } else if (login instanceof Login.Shared shared) {
      TimedLogin timed = TimedLogin.until(now.plus(LIFETIME), shared.user(), shared.secret());
      server.username = timed.username();
      server.password = timed.password();
    }
    return server;
  }
}
