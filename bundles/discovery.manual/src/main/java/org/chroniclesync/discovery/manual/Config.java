// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.manual;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(
    name = "ChronicleSync manual discovery",
    description = "Offers and answers carried by hand.")
@interface Config {
  @AttributeDefinition(
      description =
          "How long this node may take to make an offer or an answer, in milliseconds (100 to"
              + " 600000).",
      min = "100",
      max = "600000")
  long signalTimeoutMillis() default 30_000;

  @AttributeDefinition(
      description =
          "How long a person may take to carry an answer, in milliseconds (1000 to 86400000).",
      min = "1000",
      max = "86400000")
  long carryTimeoutMillis() default 600_000;

  @AttributeDefinition(
      description =
          "How long connecting may take once offer and answer are known, in milliseconds (100 to"
              + " 600000).",
      min = "100",
      max = "600000")
  long connectTimeoutMillis() default 60_000;

  @AttributeDefinition(
      description = "How many exchanges may be under way at once (1 to 64). More are refused.",
      min = "1",
      max = "64")
  int maxExchanges() default 8;
}
