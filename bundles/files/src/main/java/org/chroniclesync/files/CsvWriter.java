// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.files;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.PageSummary;

/**
 * A table as RFC 4180 has it. A spreadsheet takes what begins with certain characters for a
 * formula, and a page chooses its own title: such a field gets an apostrophe in front, as does one
 * that has one already.
 */
final class CsvWriter implements EntryWriter {
  /** The first is for people, the others are what is read back. */
  static final List<String> HEADING =
      List.of(
          "when",
          "url",
          "title",
          "browserName",
          "browserVersion",
          "platform",
          "transition",
          "visitTime",
          "deviceId",
          "visitId",
          "referringVisitId",
          "userAgent",
          "lastModified",
          "summary",
          "extractedAt",
          EntryJson.UNKNOWN);

  private static final String GUARDED = "=+-@\t\r'";
  private static final double MAX_MILLIS = 253_402_300_799_999d;

  private final Writer to;

  CsvWriter(OutputStream to) throws IOException {
    this.to = new BufferedWriter(new OutputStreamWriter(to, StandardCharsets.UTF_8));
    line(HEADING);
  }

  @Override
  public void write(Entry entry) throws IOException {
    Device device = entry.device();
    PageSummary page = entry.page();
    line(
        List.of(
            when(entry.visitTimeMillis()),
            guarded(entry.url()),
            guarded(entry.title()),
            guarded(device.browserName()),
            guarded(device.browserVersion()),
            guarded(device.platform()),
            guarded(entry.transition()),
            guarded(number(entry.visitTimeMillis())),
            guarded(device.id().value()),
            guarded(entry.visitId()),
            guarded(entry.referringVisitId()),
            guarded(device.userAgent()),
            guarded(Long.toString(entry.lastModifiedMillis())),
            guarded(page == null ? "" : page.summary()),
            guarded(page == null ? "" : number(page.extractedAtMillis())),
            guarded(entry.unknown().json())));
  }

  static String when(double millis) {
    return Math.abs(millis) <= MAX_MILLIS
        ? Instant.ofEpochMilli((long) Math.floor(millis)).toString()
        : "";
  }

  static String number(double value) {
    return BigDecimal.valueOf(value).toPlainString();
  }

  static String guarded(String text) {
    return !text.isEmpty() && GUARDED.indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
  }

  static String unguarded(String field) {
    return field.startsWith("'") ? field.substring(1) : field;
  }

  private void line(List<String> fields) throws IOException {
    for (int i = 0; i < fields.size(); i++) {
      if (i > 0) {
        to.write(',');
      }
      to.write(quoted(fields.get(i)));
    }
    to.write("\r\n");
  }

  private static String quoted(String field) {
    for (int i = 0; i < field.length(); i++) {
      char one = field.charAt(i);
      if (one == '"' || one == ',' || one == '\n' || one == '\r') {
        return '"' + field.replace("\"", "\"\"") + '"';
      }
    }
    return field;
  }

  @Override
  public void end() throws IOException {
    to.flush();
  }
}
