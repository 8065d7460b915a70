// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.examples.storage;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What a person may decide about the store. */
@ObjectClassDefinition(
    name = "ChronicleSync journal storage",
    description = "Keeps the history in a plain file that only grows.")
@interface JournalConfig {
  @AttributeDefinition(name = "File", description = "The journal. Made when it is not there.")
  String file();

  @AttributeDefinition(
      name = "Largest file (bytes)",
      description = "The store reports that it is full at this size, 1 up.")
  long maxFileBytes() default Long.MAX_VALUE;
}
