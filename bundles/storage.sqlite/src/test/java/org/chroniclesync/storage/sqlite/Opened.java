// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;

/** The connection that writes, with nobody who indexes. */
record Opened(FileLease lease, Writer writer) implements AutoCloseable {
  static Opened of(Path file) throws Exception {
    Settings settings = Settings.of(new TestConfig(file.toString(), Map.of()).proxy());
    Failures failures = new Failures(file);
    FileLease lease = FileLease.take(file, failures);
    Database database = new HistoryFile(settings, Schema.CURRENT, failures).open();
    return new Opened(lease, new Writer(database, lease, settings, failures));
  }

  @Override
  public void close() throws SQLException, IOException {
    writer.close();
    lease.close();
  }
}
