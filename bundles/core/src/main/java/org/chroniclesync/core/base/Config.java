// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.base;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

@ObjectClassDefinition(
    name = "ChronicleSync node",
    description = "How a node treats its peers. The defaults suit a home.")
public @interface Config {
  @AttributeDefinition(
      description =
          "How long to wait for the offer of a version 1 client, or of a node with a smaller peer"
              + " id, before this node makes an offer, in milliseconds (0 to 60000).",
      min = "0",
      max = "60000")
  long offerGraceMillis() default 2_000;

  @AttributeDefinition(
      description = "How often an idle session sends a ping, in milliseconds (100 to 600000).",
      min = "100",
      max = "600000")
  long pingIntervalMillis() default 15_000;

  @AttributeDefinition(
      description =
          "After how much silence a session counts as lost, in milliseconds (1000 to 3600000);"
              + " more than pingIntervalMillis.",
      min = "1000",
      max = "3600000")
  long silenceMillis() default 45_000;

  @AttributeDefinition(
      description =
          "The first back-off before a lost peer is tried again, in milliseconds (1 to 3600000).",
      min = "1",
      max = "3600000")
  long retryBaseMillis() default 500;

  @AttributeDefinition(
      description =
          "The longest back-off before a lost peer is tried again, in milliseconds (1 to 86400000); not less than retryBaseMillis.",
      min = "1",
      max = "86400000")
  long retryMaxMillis() default 60_000;

  @AttributeDefinition(
      description =
          "How long a bundle that stops may take to finish what it has begun, in milliseconds (0 to"
              + " 60000).",
      min = "0",
      max = "60000")
  long drainTimeoutMillis() default 5_000;

  @AttributeDefinition(
      description =
          "How often the node checks its parts, its storage and its clock, in milliseconds (100 to"
              + " 60000).",
      min = "100",
      max = "60000")
  long healthPeriodMillis() default 5_000;

  @AttributeDefinition(
      description =
          "How long the node waits before it calls a part missing, from its start or that of the last"
              + " bundle after it, in milliseconds (0 to 60000).",
      min = "0",
      max = "60000")
  long startGraceMillis() default 3_000;

  @AttributeDefinition(
      description =
          "How many peers of each room of a discovery the node knows at once (1 to 1000). It ignores"
              + " and reports any others.",
      min = "1",
      max = "1000")
  int maxPeers() default 64;

  @AttributeDefinition(
      description =
          "How long a discovery service that stands by is to be needed before it is joined, in"
              + " milliseconds (0 to 3600000): no service of a smaller priority can be reached, or a"
              + " device is not found there.",
      min = "0",
      max = "3600000")
  long standInAfterMillis() default 10_000;

  @AttributeDefinition(
      description =
          "How long a discovery service is not to be needed before it stands by again, in"
              + " milliseconds (0 to 3600000).",
      min = "0",
      max = "3600000")
  long standByAfterMillis() default 60_000;

  @AttributeDefinition(
      description =
          "How long a discovery service stands by before it is joined all the same, to see whether a"
              + " device is there that cannot be known otherwise, in milliseconds (1000 to 86400000)."
              + " It stands by again after standByAfterMillis if nobody is.",
      min = "1000",
      max = "86400000")
  long standByLookMillis() default 900_000;

  @AttributeDefinition(
      description =
          "How many bytes of entries a peer may send before this node has stored them, at first"
              + " (65536 to 1073741824). A peer that is far away is let have up to eight times as much"
              + " and 8 MiB, all peers together 32 MiB more.",
      min = "65536",
      max = "1073741824")
  int windowBytes() default 1024 * 1024;

  @AttributeDefinition(
      description =
          "How many unusable frames and messages a peer may send before the node closes the session"
              + " (1 to 10000).",
      min = "1",
      max = "10000")
  int maxRefused() default 20;

  @AttributeDefinition(
      description =
          "Whether a storage that loses everything when it stops may take new visits while there is"
              + " no durable one. If not, they wait: nothing is acknowledged that could be lost.")
  boolean allowVolatile() default false;

  @AttributeDefinition(
      description =
          "Whether clients that only speak version 1 (the browser extension, iOS) may take part:"
              + " allow, or deny where all devices are nodes.",
      options = {@Option(value = "allow"), @Option(value = "deny")})
  String legacy() default "allow";

  @AttributeDefinition(
      description =
          "How long a deletion can be undone, in minutes (0 to 10080). As long this device keeps what"
              + " was deleted, and only this device. With 0 each deletion is final at once.",
      min = "0",
      max = "10080")
  int undoMinutes() default 10;

  @AttributeDefinition(
      description =
          "The folder that keeps what was deleted while it can be undone, readable by its owner only."
              + " Without one it is the framework's own folder for the bundle, which a framework may"
              + " empty at its start: then a deletion cannot be undone after a restart.",
      required = false)
  String undoFolder() default "";
}
