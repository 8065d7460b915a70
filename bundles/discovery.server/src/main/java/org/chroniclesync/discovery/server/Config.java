// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(
    name = "ChronicleSync discovery service",
    description =
        "Introduces the devices of a room to each other. The defaults suit a small public host. A change"
            + " holds at once and drops nobody, except of metricsPort, metricsHost, tlsPort and tlsHost;"
            + " frameBytes, queuedBytes, messagesPerSecond and messageBurst hold for connections made"
            + " from then on.")
@interface Config {
  @AttributeDefinition(
      description =
          "Largest message of a client, in bytes (1024 to 1048576). Beyond it: close code 1009.",
      min = "1024",
      max = "1048576")
  int frameBytes() default 65_536;

  @AttributeDefinition(
      description =
          "Most devices in a room that prove their names, and as many again that do not, as clients"
              + " of version 1 (2 to 256). Beyond it: HTTP 429, or close code 1013.",
      min = "2",
      max = "256")
  int peersPerRoom() default 32;

  @AttributeDefinition(
      description = "Most rooms at once (1 to 1000000). Beyond it: HTTP 503, or close code 1013.",
      min = "1",
      max = "1000000")
  int rooms() default 10_000;

  @AttributeDefinition(
      description =
          "Most connections at once, from all clients (1 to 1000000). Beyond it: HTTP 503, or close"
              + " code 1013.",
      min = "1",
      max = "1000000")
  int connections() default 20_000;

  @AttributeDefinition(
      description =
          "Most connections at once from one IPv4 address or IPv6 /64 network (1 to 1000000),"
              + " counted when they are accepted, except those of trustedProxies. Beyond it: HTTP"
              + " 429, or close code 1013, or the oldest handshake of that address is closed.",
      min = "1",
      max = "1000000")
  int connectionsPerAddress() default 64;

  @AttributeDefinition(
      description =
          "How long a connection may take to join a room, from the moment it is accepted, TLS and"
              + " proof included, in milliseconds (200 to 120000). Then it is closed, whatever it"
              + " sent. Other HTTP requests have no longer either.",
      min = "200",
      max = "120000")
  long handshakeMillis() default 10_000;

  @AttributeDefinition(
      description =
          "Most connections at once that have not joined a room yet (1 to 1000000). Beyond it the"
              + " oldest is closed.",
      min = "1",
      max = "1000000")
  int handshakes() default 512;

  @AttributeDefinition(
      description =
          "Host and port by which clients reach this service, such as discovery.example.org; several"
              + " are allowed. Any other Host header is refused with HTTP 421, so that no other"
              + " service can pass on the proofs of nodes. If empty, any is accepted.")
  String[] authorities() default {};

  @AttributeDefinition(
      description =
          "Messages per second that a connection may send on average, WebSocket pings included (1"
              + " to 100000). Beyond it: close code 1008.",
      min = "1",
      max = "100000")
  int messagesPerSecond() default 50;

  @AttributeDefinition(
      description =
          "Messages that a connection may send in a burst before messagesPerSecond applies (1 to"
              + " 1000000). Beyond it: close code 1008.",
      min = "1",
      max = "1000000")
  int messageBurst() default 500;

  @AttributeDefinition(
      description =
          "Malformed messages of a connection that are ignored (0 to 1000). The next one ends it:"
              + " close code 1007.",
      min = "0",
      max = "1000")
  int malformedMessages() default 3;

  @AttributeDefinition(
      description =
          "How long a connection may be silent before it counts as dead, in milliseconds (200 to"
              + " 3600000). The service sends a WebSocket ping after half of this time. Beyond it: close"
              + " code 4002.",
      min = "200",
      max = "3600000")
  long idleMillis() default 60_000;

  @AttributeDefinition(
      description =
          "Most bytes that may wait for a client to read them (65536 to 67108864). Beyond it: close"
              + " code 4003.",
      min = "65536",
      max = "67108864")
  int queuedBytes() default 1_048_576;

  @AttributeDefinition(
      description =
          "The Retry-After that a refused client gets, in seconds (1 to 86400): as a header of HTTP,"
              + " or at the end of the reason of close code 1013.",
      min = "1",
      max = "86400")
  int retryAfterSeconds() default 30;

  @AttributeDefinition(
      description =
          "Over how many seconds the clients are to come back when the service stops (0 to 3600)."
              + " Each room gets a time of its own, as Retry-After at the end of the reason of close"
              + " code 1001.",
      min = "0",
      max = "3600")
  int returnSeconds() default 10;

  @AttributeDefinition(
      description = "The port of the metrics, at /metrics (0 to 65535). If 0, there are none.",
      min = "0",
      max = "65535")
  int metricsPort() default 0;

  @AttributeDefinition(
      description =
          "The address that the metrics listen at. They ask for no password: at another address than"
              + " a loopback one, put a proxy in front that does. At a loopback one they are asked for"
              + " by localhost or an IP address: any other Host header is refused with HTTP 421.")
  String metricsHost() default "127.0.0.1";

  @AttributeDefinition(
      description =
          "Addresses of the proxies in front of the service, such as 127.0.0.1 or 10.0.0.0/8; at most"
              + " 64. What they say in X-Forwarded-For is believed, from the last entry to the first"
              + " that is none of them; of everybody else it is not.")
  String[] trustedProxies() default {};

  @AttributeDefinition(
      description =
          "The port that speaks TLS, besides the one that does not (0 to 65535). If 0, there is none.",
      min = "0",
      max = "65535")
  int tlsPort() default 0;

  @AttributeDefinition(
      description =
          "The address that the port of TLS listens at. If empty, at all of this computer.")
  String tlsHost() default "";

  @AttributeDefinition(
      description =
          "The file in PEM with the certificate, and after it those that lead to the authority, as"
              + " fullchain.pem of certbot. A changed file is used within seconds, for new"
              + " connections.")
  String tlsCertificate() default "";

  @AttributeDefinition(
      description =
          "The file in PEM with the key of the certificate, in PKCS#8. Only its owner may read it, or"
              + " a group if root owns it.")
  String tlsKey() default "";

  @AttributeDefinition(description = "Writes the addresses of clients to the log.")
  boolean logAddresses() default false;
}
