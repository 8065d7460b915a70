// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.account;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(
    name = "ChronicleSync shared discovery services",
    description =
        "What this device does with the discovery services that the devices of the account share.")
@interface Config {
  @AttributeDefinition(
      description = "Whether this device uses them, besides those that are configured here.")
  boolean use() default true;
}
