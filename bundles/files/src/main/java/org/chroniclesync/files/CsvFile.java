// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.files;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.chroniclesync.api.storage.StorageException;
import org.jspecify.annotations.Nullable;

/** A table as RFC 4180 has it, with a heading that names the address. For one thread. */
final class CsvFile {
  static final int MAX_COLUMNS = 256;
  static final int MAX_FIELD_CHARS = 1 << 20;
  private static final int END = -1;

  private final Reader in;
  private final Measured measured;
  private final Intakes to;
  private char separator = ',';
  private int next;
  private boolean begun;

  CsvFile(InputStream in, Measured measured, Intakes to) {
    this.in = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8), 1 << 16);
    this.measured = measured;
    this.to = to;
  }

  /** Tells whether a text begins with the heading of such a table. */
  static boolean isCsv(String head) {
    int end = head.indexOf('\n');
    String heading = (end < 0 ? head : head.substring(0, end)).toLowerCase(Locale.ROOT);
    return heading.matches(".*[,;\t].*\\s*") && heading.matches("(.*[^a-z])?url([^a-z].*)?\\s*");
  }

  void read() throws IOException, UnreadableException, StorageException, InterruptedException {
    List<String> heading = heading();
    boolean own = heading.contains("visitId");
    Shapes shapes = new Shapes(to);
    for (List<String> line = line(); line != null; line = line()) {
      Row row = new Row();
      for (int i = 0; i < Math.min(line.size(), heading.size()); i++) {
        String value = own ? CsvWriter.unguarded(line.get(i)) : line.get(i);
        if (!value.isEmpty()) {
          row.put(heading.get(i), value);
        }
      }
      to.reached(measured.bytesRead(), measured.size());
      if (!row.isEmpty()) {
        shapes.take(row, "");
      }
    }
  }

  private List<String> heading() throws IOException, UnreadableException {
    List<String> names = new ArrayList<>();
    List<String> line = line();
    if (line == null) {
      return names;
    }
    if (line.size() == 1) {
      String only = line.get(0);
      separator = only.indexOf('\t') >= 0 ? '\t' : ';';
      line = List.of(only.split(String.valueOf(separator), -1));
    }
    line.forEach(name -> names.add(name(name)));
    return names;
  }

  /** Programs write headings for people: those of ours are taken as they are. */
  private static String name(String heading) {
    String text = heading.replace("\ufeff", "").strip();
    if (Shapes.KNOWN.contains(text)) {
      return text;
    }
    String lower = text.toLowerCase(Locale.ROOT).replace(' ', '_');
    return Shapes.KNOWN.contains(lower) ? lower : "-" + lower;
  }

  private @Nullable List<String> line() throws IOException, UnreadableException {
    if (!begun) {
      begun = true;
      next = in.read();
    }
    if (next == END) {
      return null;
    }
    List<String> fields = new ArrayList<>();
    while (true) {
      if (fields.size() == MAX_COLUMNS) {
        throw new UnreadableException("It has more than " + MAX_COLUMNS + " columns.");
      }
      fields.add(next == '"' ? quoted() : plain());
      if (next == separator) {
        next = in.read();
      } else {
        if (next == '\r') {
          next = in.read();
        }
        if (next == '\n') {
          next = in.read();
        }
        return fields;
      }
    }
  }

  private String plain() throws IOException, UnreadableException {
    StringBuilder field = new StringBuilder();
    while (next != END && next != separator && next != '\n' && next != '\r') {
      append(field, next);
      next = in.read();
    }
    return field.toString();
  }

  private String quoted() throws IOException, UnreadableException {
    StringBuilder field = new StringBuilder();
    next = in.read();
    while (true) {
      if (next == END) {
        throw new UnreadableException("It is cut off inside quotes; what stood before was read.");
      }
      if (next == '"') {
        next = in.read();
        if (next != '"') {
          return field.append(plain()).toString();
        }
      }
      append(field, next);
      next = in.read();
    }
  }

  private static void append(StringBuilder field, int character) throws UnreadableException {
    if (field.length() == MAX_FIELD_CHARS) {
      throw new UnreadableException(
          "It has a field of more than %,d characters; what stood before was read."
              .formatted(MAX_FIELD_CHARS));
    }
    field.append((char) character);
  }
}
