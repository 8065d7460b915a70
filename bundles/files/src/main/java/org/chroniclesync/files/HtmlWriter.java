// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.files;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import org.chroniclesync.api.history.Entry;

/**
 * The bookmark file of Netscape, a link a visit. Browsers read it as bookmarks; times are whole
 * seconds in it.
 */
final class HtmlWriter implements EntryWriter {
  private static final String HEAD =
      """
      <!DOCTYPE NETSCAPE-Bookmark-file-1>
      <META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=UTF-8">
      <TITLE>History</TITLE>
      <H1>History</H1>
      <DL><p>
      """;

  private final Writer to;

  HtmlWriter(OutputStream to) throws IOException {
    this.to = new BufferedWriter(new OutputStreamWriter(to, StandardCharsets.UTF_8));
    this.to.write(HEAD);
  }

  @Override
  public void write(Entry entry) throws IOException {
    long seconds = (long) Math.floor(entry.visitTimeMillis() / 1_000);
    to.write("    <DT><A HREF=\"");
    escaped(entry.url());
    to.write("\" ADD_DATE=\"" + seconds + "\" LAST_VISIT=\"" + seconds + "\">");
    escaped(entry.title().isEmpty() ? entry.url() : entry.title());
    to.write("</A>\n");
  }

  private void escaped(String text) throws IOException {
    for (int i = 0; i < text.length(); i++) {
      char one = text.charAt(i);
      switch (one) {
        case '&' -> to.write("&amp;");
        case '<' -> to.write("&lt;");
        case '>' -> to.write("&gt;");
        case '"' -> to.write("&quot;");
        default -> {
          if (one < ' ') {
            to.write("&#" + (int) one + ";");
          } else {
            to.write(one);
          }
        }
      }
    }
  }

  @Override
  public void end() throws IOException {
    to.write("</DL><p>\n");
    to.flush();
  }
}
