// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

/**
 * Why the service ends a connection: a WebSocket close code and a sentence of at most 123 bytes.
 *
 * @param code the close code, RFC 6455 or of the private range from 4000 on
 * @param reason a sentence for the developer of a client
 */
record CloseCode(int code, String reason) {
  static final CloseCode NOT_UTF_8 = new CloseCode(1007, "A binary message was not UTF-8.");
  static final CloseCode REPLACED =
      new CloseCode(4001, "Another connection joined this room under the same clientId.");
  static final CloseCode SILENT = new CloseCode(4002, "The client did not answer a ping.");
  static final CloseCode TOO_SLOW =
      new CloseCode(4003, "The client reads too slowly; connect again.");

  static final CloseCode UNPROVEN =
      new CloseCode(4004, "The name, or the right to this room, was not proved.");
  static final CloseCode LATE = new CloseCode(4005, "The name was not proved in time.");

  /** The service goes; another takes its place. */
  static CloseCode stopping(int retryAfterSeconds) {
    return new CloseCode(1001, "The service is stopping; connect again.").later(retryAfterSeconds);
  }

  static CloseCode malformed(int tolerated) {
    return new CloseCode(1007, "More than " + tolerated + " messages were malformed.");
  }

  static CloseCode tooMany(int perSecond) {
    return new CloseCode(1008, "More than " + perSecond + " messages per second.");
  }

  static CloseCode full(Refusal refusal, int retryAfterSeconds) {
    return new CloseCode(1013, refusal.sentence()).later(retryAfterSeconds);
  }

  /** As the header of that name in HTTP. Clients that do not know it ignore the reason. */
  private CloseCode later(int seconds) {
    return new CloseCode(code, reason + " Retry-After: " + seconds);
  }
}
