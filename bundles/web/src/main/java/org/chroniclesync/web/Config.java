// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(
    name = "ChronicleSync page",
    description =
        "The page that a person opens in a browser of this computer, and its JSON. Its port is an"
            + " option of the command start; in a host of your own it is that of the HTTP service.")
@interface Config {
  @AttributeDefinition(
      description =
          "Names by which browsers of this computer may open the page besides 127.0.0.1, [::1] and"
              + " localhost, and those of other devices if it is shared, such as history.test:7717;"
              + " at most 16. Any other Host header is refused"
              + " with HTTP 421, so that no page of the web can read the history under a name of its"
              + " own.")
  String[] authorities() default {};

  @AttributeDefinition(
      description =
          "How long a browser that opened the page is let in without a new link, in days (1 to 365).",
      min = "1",
      max = "365")
  int sessionDays() default 30;

  @AttributeDefinition(
      description = "How long a link that opens the page is good, in minutes (1 to 60).",
      min = "1",
      max = "60")
  int linkMinutes() default 10;

  @AttributeDefinition(
      description =
          "Most pages that are told of changes at once (1 to 1000). Beyond it: HTTP 429; the page then"
              + " asks from time to time.",
      min = "1",
      max = "1000")
  int streams() default 100;

  @AttributeDefinition(
      description =
          "The folder in which settings that are changed on the page are kept, as the launcher reads"
              + " it. Empty if the host keeps configurations itself.")
  String configurationFolder() default "";
}
