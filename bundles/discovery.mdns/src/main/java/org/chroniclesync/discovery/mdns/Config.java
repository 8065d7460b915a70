// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.mdns;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(
    name = "ChronicleSync local network discovery",
    description = "Finds your devices on the same network, without a server and without internet.")
@interface Config {
  @AttributeDefinition(
      description =
          "Whether this node looks for your devices on the networks that it is in, and can be found"
              + " there by them. Nobody else learns from it whose node it is.")
  boolean enabled() default true;

  @AttributeDefinition(
      description =
          "The network interfaces to use, by name, such as eth0 or wlan0. Without any, all that are"
              + " up and carry multicast are used, except loopback and point-to-point ones, such as"
              + " those of a VPN.")
  String[] interfaces() default {};
}
