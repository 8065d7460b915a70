// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** What a person may decide about the store. */
@ObjectClassDefinition(
    name = "ChronicleSync SQLite storage",
    description = "Keeps the history in one SQLite file.")
@interface SqliteConfig {
  @AttributeDefinition(
      name = "File",
      description =
          "The database. Made, with its directory, when it is not there, readable by its owner"
              + " only. Belongs to one process at a time; FILE.lock beside it sees to that.")
  String file();

  @AttributeDefinition(
      name = "Synchronous",
      description =
          "With full, what was acknowledged survives a power cut. With normal, the death of the"
              + " process only: a power cut may take the last batches. It is faster.",
      options = {
        @Option(label = "full", value = "full"),
        @Option(label = "normal", value = "normal")
      })
  String synchronous() default "full";

  @AttributeDefinition(
      name = "Read connections",
      description = "How many reads may run at once, 1 to 16; further ones wait.",
      min = "1",
      max = "16")
  int readConnections() default 3;

  @AttributeDefinition(
      name = "Cache (bytes)",
      description = "Page cache of each connection, 262144 to 1073741824.",
      min = "262144",
      max = "1073741824")
  int cacheBytes() default 8_388_608;

  @AttributeDefinition(
      name = "Largest file (bytes)",
      description =
          "The store reports that it is full at this size, 0 to 1125899906842624; 0 is no limit, and"
              + " any other is 1048576 or more.",
      min = "0",
      max = "1125899906842624")
  long maxFileBytes() default 0;

  @AttributeDefinition(
      name = "Close timeout (milliseconds)",
      description = "How long a stop waits for what runs before it interrupts it, 0 to 600000.",
      min = "0",
      max = "600000")
  long closeTimeoutMillis() default 10_000;

  @AttributeDefinition(
      name = "Check on start",
      description =
          "Reads the whole file for damage at each start, which takes seconds with millions of"
              + " visits.")
  boolean checkOnStart() default false;
}
