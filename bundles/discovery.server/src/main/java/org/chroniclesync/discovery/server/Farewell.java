// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

/**
 * Why the service ends a connection: a WebSocket close code and a sentence of at most 123 bytes.
 *
 * @param code the close code, RFC 6455 or of the private range from 4000 on
 * @param reason a sentence for the developer of a client
 */
record Farewell(int code, String reason) {
  static final Farewell STOPPING = new Farewell(1001, "The service is stopping; connect again.");
  static final Farewell NOT_UTF_8 = new Farewell(1007, "A binary message was not UTF-8.");
  static final Farewell REPLACED =
      new Farewell(4001, "Another connection joined this room under the same clientId.");
  static final Farewell SILENT = new Farewell(4002, "The client did not answer a ping.");
  static final Farewell TOO_SLOW =
      new Farewell(4003, "The client reads too slowly; connect again.");

  static Farewell malformed(int tolerated) {
    return new Farewell(1007, "More than " + tolerated + " messages were malformed.");
  }

  static Farewell tooMany(int perSecond) {
    return new Farewell(1008, "More than " + perSecond + " messages per second.");
  }

  static Farewell full(Refusal refusal) {
    return new Farewell(1013, refusal.sentence());
  }
}
