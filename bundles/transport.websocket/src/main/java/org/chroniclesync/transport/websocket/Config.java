// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.websocket;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(
    name = "ChronicleSync WebSocket transport",
    description = "How nodes connect by TCP, where WebRTC cannot run or does not get through.")
@interface Config {
  @AttributeDefinition(
      description =
          "The address at which this node waits for others while a connection is being made. Empty"
              + " for all addresses of this machine.",
      required = false)
  String bindAddress() default "";

  @AttributeDefinition(
      description =
          "The TCP port at which this node waits for others (0 to 65535). 0 takes a free one each"
              + " time.",
      min = "0",
      max = "65535")
  int port() default 0;

  @AttributeDefinition(
      description =
          "The addresses that are told to the peer, each as ADDRESS, ADDRESS:PORT or"
              + " [ADDRESS]:PORT, such as that of a router which forwards a port. At most 16; names"
              + " are not looked up. Empty for the addresses of this machine.",
      required = false)
  String[] advertise() default {};

  @AttributeDefinition(
      description =
          "Whether the router is asked to forward the port from outside, by PCP or NAT-PMP; the port"
              + " then stays open, and peers are told the address outside, too. Over IPv4 only.")
  boolean mapPort() default false;

  @AttributeDefinition(
      description = "How long an attempt to connect may take, in milliseconds (1000 to 600000).",
      min = "1000",
      max = "600000")
  long connectTimeoutMillis() default 10_000;

  @AttributeDefinition(
      description =
          "How often a connection is sent a ping, in milliseconds (100 to 20000). The peer takes"
              + " it as a sign of life.",
      min = "100",
      max = "20000")
  long pingIntervalMillis() default 10_000;

  @AttributeDefinition(
      description =
          "After how long a silence the peer is taken for dead, in milliseconds (1000 to 3600000);"
              + " more than the ping interval.",
      min = "1000",
      max = "3600000")
  long silenceMillis() default 45_000;

  @AttributeDefinition(
      description =
          "How many bytes may wait to be sent before a sender has to wait (262144 to 8388608).",
      min = "262144",
      max = "8388608")
  int sendBufferBytes() default 2 * 1024 * 1024;

  @AttributeDefinition(
      description =
          "How many received bytes may wait to be taken before the peer has to wait (262144 to"
              + " 268435456).",
      min = "262144",
      max = "268435456")
  int receiveBufferBytes() default 4 * 1024 * 1024;
}
