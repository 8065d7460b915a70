// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(
    name = "ChronicleSync discovery service",
    description =
        "Introduces the devices of a room to each other. The defaults suit a small public host.")
@interface Config {
  @AttributeDefinition(
      description =
          "Largest message of a client, in bytes (1024 to 1048576). Answer: close code 1009.",
      min = "1024",
      max = "1048576")
  int frameBytes() default 65_536;

  @AttributeDefinition(
      description = "Most devices in a room (2 to 256). Answer: HTTP 429, or close code 1013.",
      min = "2",
      max = "256")
  int peersPerRoom() default 32;

  @AttributeDefinition(
      description = "Most rooms at once (1 to 1000000). Answer: HTTP 503, or close code 1013.",
      min = "1",
      max = "1000000")
  int rooms() default 10_000;

  @AttributeDefinition(
      description =
          "Most connections at once, of everybody (1 to 1000000). Answer: HTTP 503, or close code"
              + " 1013.",
      min = "1",
      max = "1000000")
  int connections() default 20_000;

  @AttributeDefinition(
      description =
          "Most connections at once of one IPv4 address or one IPv6 /64 network (1 to 1000000)."
              + " Answer: HTTP 429, or close code 1013.",
      min = "1",
      max = "1000000")
  int connectionsPerAddress() default 64;

  @AttributeDefinition(
      description =
          "Messages a second that a connection may send in the long run, WebSocket pings included"
              + " (1 to 100000). Answer: close code 1008.",
      min = "1",
      max = "100000")
  int messagesPerSecond() default 50;

  @AttributeDefinition(
      description =
          "Messages that a connection may send at once before messagesPerSecond counts (1 to"
              + " 1000000). Answer: close code 1008.",
      min = "1",
      max = "1000000")
  int messageBurst() default 500;

  @AttributeDefinition(
      description =
          "Malformed messages of a connection that are ignored (0 to 1000); the next one is"
              + " answered by close code 1007.",
      min = "0",
      max = "1000")
  int malformedMessages() default 3;

  @AttributeDefinition(
      description =
          "After how long a silence a connection is taken for dead, in milliseconds (200 to"
              + " 3600000). It is sent a WebSocket ping after half of it. Answer: close code 4002.",
      min = "200",
      max = "3600000")
  long idleMillis() default 60_000;

  @AttributeDefinition(
      description =
          "Most bytes that wait for a client to read them, for each connection (65536 to 67108864)."
              + " Answer: close code 4003.",
      min = "65536",
      max = "67108864")
  int queuedBytes() default 1_048_576;

  @AttributeDefinition(
      description =
          "What a refused client is told to wait, as Retry-After, in seconds (1 to 86400).",
      min = "1",
      max = "86400")
  int retryAfterSeconds() default 30;

  @AttributeDefinition(
      description =
          "Take the client's address from the last entry of X-Forwarded-For. Only behind a proxy"
              + " that sets it, else anybody can choose an address.")
  boolean trustForwardedFor() default false;

  @AttributeDefinition(description = "Write the addresses of clients to the log.")
  boolean logAddresses() default false;
}
