// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.testkits.history.SyntheticHistory;

/** Writes a history of nobody, as a file to import, for those who work on the page. */
final class Sample {
  private static final long SEED = 20_260_301;
  private static final int DEVICES = 3;
  private static final int DEFAULT_VISITS = 20_000;
  private static final int MOST_VISITS = 10_000_000;

  private final Path file;
  private final int visits;

  Sample(List<String> args) throws ExitException {
    if (args.isEmpty()
        || args.size() > 2
        || (args.size() == 2 && !args.get(1).matches("\\d{1,8}"))) {
      throw new ExitException(
          Exit.USAGE, "Give a file, and how many visits: sample FILE [VISITS].");
    }
    file = Path.of(args.get(0)).toAbsolutePath();
    visits = args.size() < 2 ? DEFAULT_VISITS : Integer.parseInt(args.get(1));
    if (visits < 1 || visits > MOST_VISITS) {
      throw new ExitException(Exit.USAGE, "VISITS is a number from 1 to 10,000,000.");
    }
  }

  Exit run() throws IOException {
    SyntheticHistory once = new SyntheticHistory(SEED, DEVICES);
    double last = 0;
    for (int i = 0; i < visits; i++) {
      last = once.next().visitTimeMillis();
    }
    double shift = System.currentTimeMillis() - last;
    SyntheticHistory again = new SyntheticHistory(SEED, DEVICES);
    try (JsonGenerator to = new JsonFactory().createGenerator(Files.newBufferedWriter(file))) {
      to.setRootValueSeparator(null);
      for (int i = 0; i < visits; i++) {
        write(to, again.next(), shift);
      }
    }
    System.out.println(file);
    return Exit.STOPPED;
  }

  private static void write(JsonGenerator to, Entry entry, double shift) throws IOException {
    double time = entry.visitTimeMillis() + shift;
    Device device = entry.device();
    to.writeStartObject();
    to.writeStringField("url", entry.url());
    to.writeStringField("title", entry.title());
    to.writeNumberField("visitTime", time);
    to.writeStringField("visitId", entry.visitId());
    to.writeStringField("referringVisitId", entry.referringVisitId());
    to.writeStringField("transition", entry.transition());
    to.writeStringField("deviceId", device.id().value());
    to.writeStringField("platform", device.platform());
    to.writeStringField("userAgent", device.userAgent());
    to.writeStringField("browserName", device.browserName());
    to.writeStringField("browserVersion", device.browserVersion());
    to.writeNumberField("lastModified", (long) time);
    to.writeEndObject();
    to.writeRaw('\n');
  }
}
