// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

/**
 * Why a client is not let in: an HTTP status and a sentence.
 *
 * @param reason a word for the metrics
 * @param status the HTTP status
 * @param sentence what is wrong and what to do
 * @param temporary true if it makes sense to come again after the configured time
 */
record Refusal(String reason, int status, String sentence, boolean temporary) {
  static final Refusal NO_CLIENT =
      new Refusal(
          "no_client",
          400,
          "The query parameter clientId is missing: the name of the device.",
          false);
  static final Refusal NO_ROOM =
      new Refusal(
          "no_room", 400, "The query parameter roomId is missing: the room to join.", false);
  static final Refusal NO_PROOF =
      new Refusal(
          "no_proof",
          403,
          "A clientId that begins with node., or a roomId that begins with r2., needs a proof:"
              + " update the node, or choose another clientId.",
          false);
  static final Refusal OTHER_AUTHORITY =
      new Refusal(
          "other_authority",
          421,
          "The Host header is none of this service's names; a proxy in between has to pass it on.",
          false);
  static final Refusal NO_UPGRADE =
      new Refusal(
          "no_upgrade",
          426,
          "This is a ChronicleSync discovery service. Connect with a WebSocket to"
              + " /?clientId=...&roomId=...",
          false);
  static final Refusal ROOMS_FULL =
      new Refusal(
          "rooms_full", 503, "The service cannot open another room now; try again later.", true);
  static final Refusal SERVICE_FULL =
      new Refusal(
          "service_full",
          503,
          "The service cannot accept another connection now; try again later.",
          true);

  static Refusal invalid(String why) {
    return new Refusal("invalid", 400, "A query parameter is not valid: " + why + ".", false);
  }

  static Refusal roomFull(int peers) {
    return new Refusal(
        "room_full", 429, "This room already has " + peers + " devices; try again later.", true);
  }

  static Refusal addressFull(int connections) {
    return new Refusal(
        "address_full", 429, "This address already has " + connections + " connections.", true);
  }
}
