// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.memory;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What a person may decide about the store. */
@ObjectClassDefinition(
    name = "ChronicleSync memory storage",
    description =
        "Keeps the history in memory. It is gone when the store or its process stops; the peers,"
            + " or a durable storage that takes over, have what was synced before.")
@interface MemoryConfig {
  @AttributeDefinition(
      name = "Most visits",
      description =
          "The store reports that it is full at this number, deleted visits included, 1 to"
              + " 10000000. A visit takes about a kilobyte of memory, at worst fifty.",
      min = "1",
      max = "10000000")
  int maxEntries() default 100_000;
}
