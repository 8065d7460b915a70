// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.base;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

@ObjectClassDefinition(
    name = "ChronicleSync node",
    description = "How a node deals with its peers. The defaults suit a home.")
public @interface Config {
  @AttributeDefinition(
      description =
          "How long to wait for the offer of a client of version 1, or of a node whose peer id is"
              + " smaller than ours, before we make one ourselves, in milliseconds (0 to 60000).",
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
          "After how long a silence a session is taken for lost, in milliseconds (1000 to 3600000);"
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
          "How long a storage that leaves may finish what it began, in milliseconds (0 to 60000).",
      min = "0",
      max = "60000")
  long drainTimeoutMillis() default 5_000;

  @AttributeDefinition(
      description =
          "How many peers of each discovery are known at once (1 to 1000). Further ones are ignored"
              + " and reported.",
      min = "1",
      max = "1000")
  int maxPeers() default 64;

  @AttributeDefinition(
      description =
          "How many bytes of entries may be on the way to a peer that it has not yet stored (65536"
              + " to 1073741824).",
      min = "65536",
      max = "1073741824")
  int windowBytes() default 1024 * 1024;

  @AttributeDefinition(
      description =
          "How many unusable frames and messages of a peer are counted before its session is"
              + " closed (1 to 10000).",
      min = "1",
      max = "10000")
  int maxRefused() default 20;

  @AttributeDefinition(
      description =
          "Whether visits may be kept where they do not outlive the process, if no durable storage"
              + " is there. Else they wait for one: nothing is acknowledged that could be lost.")
  boolean allowVolatile() default false;

  @AttributeDefinition(
      description =
          "Whether clients that speak version 1 only (the browser extension, iOS) may take part:"
              + " allow, or deny where all devices are nodes.",
      options = {@Option(value = "allow"), @Option(value = "deny")})
  String legacy() default "allow";
}
