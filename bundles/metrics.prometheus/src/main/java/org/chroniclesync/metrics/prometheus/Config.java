// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.metrics.prometheus;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(
    name = "ChronicleSync metrics",
    description = "The numbers of a node for Prometheus, at /metrics on a port of its own.")
@interface Config {
  @AttributeDefinition(
      description =
          "The IP address to listen at. The numbers ask for no password: at another address than a"
              + " loopback one, put a proxy in front that does.")
  String host() default "127.0.0.1";

  @AttributeDefinition(
      description = "The port to listen at (1 to 65535).",
      min = "1",
      max = "65535")
  int port() default 9464;

  @AttributeDefinition(
      description =
          "Host and port by which Prometheus may reach this node besides localhost and IP addresses,"
              + " such as home.example:9464; at most 16. Any other Host header is refused with HTTP 421, so"
              + " that no page in a browser can read the numbers under a name of its own.")
  String[] authorities() default {};
}
