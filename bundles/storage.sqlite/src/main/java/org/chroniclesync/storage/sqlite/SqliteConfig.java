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
          "full: what was acknowledged survives a power cut. normal: survives the death of the"
              + " process, but a power cut may take the last batches; faster.",
      options = {
        @Option(label = "full", value = "full"),
        @Option(label = "normal", value = "normal")
      })
  String synchronous() default "full";

  @AttributeDefinition(
      name = "Read connections",
      description = "How many reads may run at once, 1 to 16; further ones wait.")
  int readConnections() default 3;

  @AttributeDefinition(
      name = "Cache (bytes)",
      description = "Page cache of each connection, 262144 to 1073741824.")
  int cacheBytes() default 8_388_608;

  @AttributeDefinition(
      name = "Largest file (bytes)",
      description =
          "The store reports that it is full at this size, 1048576 or more; 0 for no limit.")
  long maxFileBytes() default 0;

  @AttributeDefinition(
      name = "Close timeout (milliseconds)",
      description = "How long a stop waits for what runs before it interrupts it, 0 to 600000.")
  long closeTimeoutMillis() default 10_000;

  @AttributeDefinition(
      name = "Check on start",
      description =
          "Reads the whole file for damage at each start, which takes seconds with millions of"
              + " visits.")
  boolean checkOnStart() default false;
}
