// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.websocket;

import java.net.ConnectException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.net.http.WebSocketHandshakeException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * Why there is no line, in a sentence for a person.
 *
 * @param why what is wrong and what to do
 * @param kind how soon it is tried again
 * @param retryAfter how long the service wants to be left alone; zero if it did not say
 */
record Trouble(String why, Kind kind, Duration retryAfter) {
  private static final Duration MAX_RETRY_AFTER = Duration.ofHours(1);
  private static final int MAX_REASON_CHARS = 123;
  private static final int REPLACED = 4001;
  private static final int UNPROVEN = 4004;
  private static final int GOING_AWAY = 1001;

  private static final Pattern RETRY_AFTER = Pattern.compile("Retry-After: (\\d{1,9})$");

  private static final int SIGN_IN = 511;

  /** How soon it is tried again. */
  enum Kind {
    /** As long as others need to come back. */
    PASSING,
    /** The service refuses this device, so somebody has to do something first: rarely. */
    REFUSED,
    /** This network wants a person to sign in, who is about to do so: soon. */
    SIGN_IN
  }

  private static Trouble passing(String why) {
    return new Trouble(why, Kind.PASSING, Duration.ZERO);
  }

  static Trouble silent() {
    return passing(
        "The discovery service stopped answering. If this goes on, check the network connection.");
  }

  /** This machine lost addresses, so perhaps the one that the line was from. */
  static Trouble moved() {
    return passing("This device went to another network.");
  }

  /** No line came about in time. */
  static Trouble late(URI url) {
    return passing(
        "The discovery service at "
            + where(url)
            + " did not answer in time. Check the network connection and the url.");
  }

  /** This node itself failed. */
  static Trouble failed(Throwable thrown) {
    return passing(
        "The connection to the discovery service failed by an error of this node ("
            + thrown.getClass().getSimpleName()
            + "). Its log says more.");
  }

  static Trouble tooLarge(int maxBytes) {
    return passing(
        "The discovery service sent a message of more than "
            + maxBytes
            + " bytes. Raise maxMessageBytes, or use another service.");
  }

  /** Nobody is there who could sign. */
  static Trouble unsigned() {
    return passing(
        "The discovery service asks for a proof of this device's name, and the crypto service that"
            + " has the key is not there now. If this goes on, look at the status of the node.");
  }

  /**
   * The service ended the line.
   *
   * @param proved whether it had asked for a proof before
   */
  static Trouble closed(int code, String reason, boolean proved, Settings settings) {
    if (code == REPLACED) {
      return replaced(proved, settings.retryMax());
    }
    if (code == UNPROVEN) {
      return refusal(
          "does not accept the proof of this device's name; check the url, or ask whoever runs the"
              + " service whether a proxy in front of it changes the Host header",
          where(settings.url()));
    }
    if (code == GOING_AWAY) {
      return new Trouble(
          "The discovery service is restarting; nothing needs to be done.",
          Kind.PASSING,
          askedIn(reason));
    }
    String said = readable(reason);
    return new Trouble(
        "The discovery service ended the connection (code "
            + code
            + (said.isEmpty() ? ")." : ": " + said + ")."),
        Kind.PASSING,
        askedIn(reason));
  }

  /** A WebSocket has no header left when it ends, so the service writes it behind its sentence. */
  private static Duration askedIn(String reason) {
    Matcher asked = RETRY_AFTER.matcher(reason);
    return asked.find() ? retryAfter(asked.group(1)) : Duration.ZERO;
  }

  /**
   * Who has the key is the same device again, or a copy, and each of them must leave the other some
   * time. Where no proof is asked for it may be anybody, whom a wait would only help.
   */
  private static Trouble replaced(boolean proved, Duration retryMax) {
    return proved
        ? new Trouble(
            "The key of this device joined from somewhere else. If its data folder was copied to"
                + " another machine, stop one of the two nodes and delete the file device-key in its"
                + " account folder: it then gets a name of its own.",
            Kind.PASSING,
            retryMax)
        : passing(
            "Somebody joined under the name of this device. This discovery service asks for no"
                + " proof, so anybody who knows the room can do that; if it goes on, use a service"
                + " that asks for one.");
  }

  /** Connecting failed, or the line broke. */
  static Trouble of(Throwable error, URI url) {
    Throwable cause = error;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    String where = where(url);
    if (cause instanceof WebSocketHandshakeException handshake) {
      HttpResponse<?> response = handshake.getResponse();
      return response != null && isOfANetwork(response, url)
          ? signIn(response.statusCode(), where)
          : refused(response, where);
    }
    if (cause instanceof HttpTimeoutException) {
      return late(url);
    }
    if (cause instanceof ConnectException) {
      return unreachable(cause, where);
    }
    return cause instanceof SSLException tls ? insecure(tls, where) : broken(where);
  }

  private static Trouble unreachable(Throwable error, String where) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException) {
        return passing(
            "The name of the discovery service, "
                + where
                + ", cannot be found. Check the url and the network connection.");
      }
    }
    return passing(
        "Nothing answers at "
            + where
            + ". Check that the discovery service runs there and that the url is right.");
  }

  private static Trouble insecure(SSLException error, String where) {
    return passing(
        error instanceof SSLHandshakeException
            ? "The certificate of the discovery service at "
                + where
                + " is not trusted. Sign in to this network if it asks for that, else check the url, the"
                + " clock of this computer and the certificate."
            : "A secure connection to "
                + where
                + " failed. Sign in to this network if it asks for that. If the service speaks no TLS, its"
                + " url begins with ws:// instead.");
  }

  private static Trouble broken(String where) {
    return passing(
        "The connection to the discovery service at "
            + where
            + " broke. If this goes on, check the url and the network connection.");
  }

  /**
   * Whether the network answers in place of the service: by what RFC 6585 has for that, or by a
   * page, or by sending to another host where one is.
   */
  private static boolean isOfANetwork(HttpResponse<?> response, URI url) {
    int status = response.statusCode();
    if (status < 200 || status >= 400) {
      return status == SIGN_IN;
    }
    String type = response.headers().firstValue("Content-Type").orElse("");
    String place = response.headers().firstValue("Location").orElse("");
    return type.toLowerCase(Locale.ROOT).startsWith("text/html") || isElsewhere(place, url);
  }

  private static boolean isElsewhere(String place, URI url) {
    try {
      String host = new URI(place).getHost();
      return host != null && !host.equalsIgnoreCase(url.getHost());
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static Trouble signIn(int status, String where) {
    return new Trouble(
        "A web page answers at "
            + where
            + " instead of the discovery service (HTTP "
            + status
            + "). If this network asks for a sign-in, open any page in a browser and sign in; this"
            + " device then connects by itself. Else check the host, the port and the path of the"
            + " url.",
        Kind.SIGN_IN,
        Duration.ZERO);
  }

  private static Trouble refused(@Nullable HttpResponse<?> response, String where) {
    int status = response == null ? 0 : response.statusCode();
    return switch (status) {
      case 400 -> refusal("does not accept this device or room (HTTP 400); check the url", where);
      case 401, 403 ->
          refusal(
              "does not let this device in (HTTP "
                  + status
                  + "); sign in to this network if it asks for that, else ask whoever runs the"
                  + " service",
              where);
      case 421 ->
          refusal(
              "answers for another host than this one (HTTP 421); check the url, or ask whoever"
                  + " runs the service",
              where);
      case 429 -> busy(response, "is asked too often or the room is full (HTTP 429)", where);
      case 502, 503, 504 ->
          busy(response, "is overloaded or restarting (HTTP " + status + ")", where);
      // The host of a service listens before the service is there.
      case 404 ->
          passing(
              "There is no discovery service at "
                  + where
                  + " (HTTP 404), or it is still starting. It will be tried again; if this goes on,"
                  + " check the host, the port and the path of the url.");
      default ->
          passing(
              "There is no discovery service at "
                  + where
                  + (status == 0 ? "" : " (HTTP " + status + ")")
                  + ". Check the host, the port and the path of the url.");
    };
  }

  private static Trouble refusal(String what, String where) {
    return new Trouble(
        "The discovery service at " + where + " " + what + ".", Kind.REFUSED, Duration.ZERO);
  }

  private static Trouble busy(@Nullable HttpResponse<?> response, String what, String where) {
    return new Trouble(
        "The discovery service at " + where + " " + what + "; it will be tried again.",
        Kind.PASSING,
        response == null
            ? Duration.ZERO
            : response
                .headers()
                .firstValue("Retry-After")
                .map(Trouble::retryAfter)
                .orElse(Duration.ZERO));
  }

  /** Seconds or a date, RFC 9110; what is neither counts as not said. */
  static Duration retryAfter(String value) {
    Duration asked;
    try {
      asked =
          value.matches("\\d{1,9}")
              ? Duration.ofSeconds(Long.parseLong(value))
              : Duration.between(
                  Instant.now(),
                  ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeParseException e) {
      return Duration.ZERO;
    }
    if (asked.isNegative()) {
      return Duration.ZERO;
    }
    return asked.compareTo(MAX_RETRY_AFTER) > 0 ? MAX_RETRY_AFTER : asked;
  }

  // Never the whole url: its query names the room.
  private static String where(URI url) {
    return url.getHost() + (url.getPort() < 0 ? "" : ":" + url.getPort());
  }

  private static String readable(String reason) {
    String plain = reason.replaceAll("[\\p{Cntrl}\\p{Cf}]", " ").strip();
    return plain.length() > MAX_REASON_CHARS ? plain.substring(0, MAX_REASON_CHARS) : plain;
  }
}
