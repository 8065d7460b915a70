// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.websocket;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(
    name = "ChronicleSync discovery client",
    description =
        "A discovery service to join. Several may be configured; those of the same"
            + " priority are used at once.")
@interface Config {
  @AttributeDefinition(
      description = "Where the service is, such as wss://discovery.example.org/ or ws://host:8080.")
  String url();

  @AttributeDefinition(
      description =
          "Which services come first (0 to 100). One with a greater number stands by while one with"
              + " a smaller number can be reached and all devices are found there.",
      min = "0",
      max = "100")
  int priority() default 0;

  @AttributeDefinition(
      description = "How long connecting may take, in milliseconds (100 to 120000).",
      min = "100",
      max = "120000")
  long connectTimeoutMillis() default 10_000;

  @AttributeDefinition(
      description =
          "Upper limit of the first random wait before connecting again, in milliseconds (1 to"
              + " 60000). It doubles with each failure.",
      min = "1",
      max = "60000")
  long retryBaseMillis() default 500;

  @AttributeDefinition(
      description =
          "Upper limit of every random wait before connecting again, in milliseconds (1 to"
              + " 3600000); not less than retryBaseMillis. A Retry-After of the service may be"
              + " longer, and so may the wait after a refusal.",
      min = "1",
      max = "3600000")
  long retryMaxMillis() default 60_000;

  @AttributeDefinition(
      description =
          "Upper limit of the random wait after the service refused this device, in milliseconds (1"
              + " to 86400000); retryMaxMillis counts where it is more. The first such wait has"
              + " retryMaxMillis as its limit, which doubles with each refusal.",
      min = "1",
      max = "86400000")
  long refusedRetryMaxMillis() default 300_000;

  @AttributeDefinition(
      description = "How often the service is sent a ping, in milliseconds (50 to 3600000).",
      min = "50",
      max = "3600000")
  long pingIntervalMillis() default 20_000;

  @AttributeDefinition(
      description =
          "How long the service may take to answer a ping before the line counts as dead, in"
              + " milliseconds (50 to 600000).",
      min = "50",
      max = "600000")
  long pongTimeoutMillis() default 10_000;

  @AttributeDefinition(
      description =
          "Most bytes of signals that wait to be sent (65536 to 67108864). Beyond that the oldest"
              + " are dropped.",
      min = "65536",
      max = "67108864")
  int queueBytes() default 1_048_576;

  @AttributeDefinition(
      description =
          "Largest message of the service, in bytes (4096 to 4194304). A larger one ends the line.",
      min = "4096",
      max = "4194304")
  int maxMessageBytes() default 262_144;
}
