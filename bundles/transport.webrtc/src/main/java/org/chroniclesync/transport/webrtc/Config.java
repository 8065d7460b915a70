// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.webrtc;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(
    name = "ChronicleSync WebRTC transport",
    description = "How devices connect directly to each other.")
@interface Config {
  @AttributeDefinition(
      description =
          "STUN and TURN servers, at most 16. stun:HOST[:PORT] tells this node the address that others"
              + " see. turn:HOST[:PORT][?transport=tcp]|USERNAME|FILE relays where nothing else"
              + " gets through, turns: the same by TLS; the file holds the credential in its first"
              + " line and is readable by its owner alone. With |time-limited behind it the file"
              + " holds a secret that the server shares (coturn: use-auth-secret), and USERNAME may"
              + " be empty. With |any-certificate a certificate that no known authority signed is"
              + " accepted. None are needed on one network.",
      required = false)
  String[] iceServers() default {};

  @AttributeDefinition(
      description =
          "Whether this node connects by TURN servers alone, so that no peer learns its addresses.")
  boolean relayOnly() default false;

  @AttributeDefinition(
      description = "How long an attempt to connect may take, in milliseconds (1000 to 600000).",
      min = "1000",
      max = "600000")
  long connectTimeoutMillis() default 30_000;

  @AttributeDefinition(
      description =
          "How long addresses are gathered at most for a description that must hold them all, in"
              + " milliseconds (100 to 60000).",
      min = "100",
      max = "60000")
  long gatherTimeoutMillis() default 5_000;

  @AttributeDefinition(
      description =
          "After how long a connection that is interrupted is given up, in milliseconds (0 to"
              + " 600000).",
      min = "0",
      max = "600000")
  long disconnectedTimeoutMillis() default 10_000;

  @AttributeDefinition(
      description =
          "How many bytes may wait to be sent before a sender has to wait (262144 to 8388608).",
      min = "262144",
      max = "8388608")
  int sendBufferBytes() default 2 * 1024 * 1024;

  @AttributeDefinition(
      description =
          "How many received bytes may wait to be taken before the channel is closed (1048576"
              + " to 1073741824).",
      min = "1048576",
      max = "1073741824")
  int receiveBufferBytes() default 64 * 1024 * 1024;
}
