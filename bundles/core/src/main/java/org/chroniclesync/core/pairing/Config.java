// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.pairing;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(
    name = "ChronicleSync pairing",
    description = "How devices get the words of an account by a short code.")
@interface Config {
  @AttributeDefinition(
      description = "How long a code is good, in milliseconds (10000 to 86400000).",
      min = "10000",
      max = "86400000")
  long codeMillis() default 600_000;

  @AttributeDefinition(
      description =
          "How long the device on which a code is entered looks for the one that shows it, and how"
              + " long they may take once they met, in milliseconds (1000 to 600000).",
      min = "1000",
      max = "600000")
  long meetingMillis() default 60_000;
}
