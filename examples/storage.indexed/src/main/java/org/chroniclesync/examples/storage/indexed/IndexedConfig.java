// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.examples.storage.indexed;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What a person may decide about the store. */
@ObjectClassDefinition(
    name = "ChronicleSync indexed storage",
    description = "Keeps the history in one file of H2's MVStore.")
@interface IndexedConfig {
  @AttributeDefinition(name = "File", description = "The history. Made when it is not there.")
  String file();

  @AttributeDefinition(
      name = "Largest file (bytes)",
      description = "The store reports that it is full at this size, 1 up.")
  long maxFileBytes() default Long.MAX_VALUE;
}
