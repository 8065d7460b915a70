// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.files;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.IOException;
import java.io.OutputStream;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.PageSummary;

/**
 * An entry as a line of JSON, in the names of the existing clients. All of it is ASCII: so half a
 * surrogate pair survives, and nothing in it is obeyed by a terminal.
 */
final class EntryJson implements EntryWriter {
  /**
   * The members that we do not know, as text: they are given out again to the letter, whatever it
   * is.
   */
  static final String UNKNOWN = "unknownMembers";

  /** Whole numbers up to here are written without an exponent. */
  private static final double MAX_EXACT = 1L << 53;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
          .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
          .build();

  private final JsonGenerator to;

  EntryJson(OutputStream to) throws IOException {
    this.to = FACTORY.createGenerator(to).setRootValueSeparator(null);
  }

  @Override
  public void write(Entry entry) throws IOException {
    to.writeStartObject();
    to.writeStringField("url", entry.url());
    to.writeStringField("title", entry.title());
    number("visitTime", entry.visitTimeMillis());
    to.writeStringField("visitId", entry.visitId());
    to.writeStringField("referringVisitId", entry.referringVisitId());
    to.writeStringField("transition", entry.transition());
    device(entry.device());
    to.writeNumberField("lastModified", entry.lastModifiedMillis());
    PageSummary page = entry.page();
    if (page != null) {
      to.writeObjectFieldStart("pageContent");
      to.writeStringField("summary", page.summary());
      number("extractedAt", page.extractedAtMillis());
      to.writeEndObject();
    }
    if (!entry.unknown().isEmpty()) {
      to.writeStringField(UNKNOWN, entry.unknown().json());
    }
    to.writeEndObject();
    to.writeRaw('\n');
  }

  private void device(Device device) throws IOException {
    to.writeStringField("deviceId", device.id().value());
    to.writeStringField("platform", device.platform());
    to.writeStringField("userAgent", device.userAgent());
    to.writeStringField("browserName", device.browserName());
    to.writeStringField("browserVersion", device.browserVersion());
  }

  private void number(String name, double value) throws IOException {
    boolean negativeZero = Double.doubleToRawLongBits(value) == Long.MIN_VALUE;
    if (value == Math.rint(value) && Math.abs(value) < MAX_EXACT && !negativeZero) {
      to.writeNumberField(name, (long) value);
    } else {
      to.writeNumberField(name, value);
    }
  }

  @Override
  public void end() throws IOException {
    to.flush();
  }

  @Override
  public void close() throws IOException {
    to.close();
  }
}
