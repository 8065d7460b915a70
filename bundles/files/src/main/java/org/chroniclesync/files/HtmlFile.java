// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.files;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.chroniclesync.api.storage.StorageException;
import org.jspecify.annotations.Nullable;

/**
 * The bookmark file of Netscape, as browsers and programs write a history in it. A link is a visit
 * if it says when it was visited; when a bookmark was made is the time of a visit only if the file
 * says that it is a history. Read tag by tag, with bounds. For one thread.
 */
final class HtmlFile {
  static final int MAX_TAG_CHARS = 1 << 20;
  static final int MAX_TEXT_CHARS = 1 << 16;
  private static final int END = -1;
  private static final int MAX_ENTITY_CHARS = 10;

  private static final Map<String, String> ENTITIES =
      Map.of("amp", "&", "lt", "<", "gt", ">", "quot", "\"", "apos", "'", "nbsp", "\u00a0");

  private final Reader in;
  private final Measured measured;
  private final Intakes to;
  private final Clock clock = Clock.ofAny(System.currentTimeMillis());
  private boolean history;
  private boolean links;

  HtmlFile(InputStream in, Measured measured, Intakes to) {
    this.in = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8), 1 << 16);
    this.measured = measured;
    this.to = to;
  }

  static boolean isHtml(String head) {
    String lower = head.toLowerCase(Locale.ROOT);
    return lower.startsWith("<!doctype netscape-bookmark")
        || (lower.startsWith("<") && lower.contains("<html"))
        || lower.startsWith("<!doctype html");
  }

  void read() throws IOException, UnreadableException, StorageException, InterruptedException {
    Kind kind = new Kind("bookmark file", "", Kind.SECONDS);
    while (text(null)) {
      String tag = tag();
      String name = name(tag);
      if (name.equals("title") || name.equals("h1")) {
        StringBuilder heading = new StringBuilder();
        text(heading);
        history |= decoded(heading.toString()).toLowerCase(Locale.ROOT).contains("history");
        tag();
      } else if (name.equals("a")) {
        link(kind, attributes(tag));
      }
    }
    if (to.isEmpty() && links) {
      throw UnreadableException.foreign(
          "It holds links, but does not say when they were visited; bookmarks are not imported.");
    }
  }

  private void link(Kind kind, Map<String, String> attributes)
      throws IOException, UnreadableException, StorageException, InterruptedException {
    StringBuilder title = new StringBuilder();
    boolean more = text(title);
    while (more && !name(tag()).equals("/a")) {
      more = text(title);
    }
    String url = attributes.getOrDefault("href", "");
    String visited =
        attributes.getOrDefault("last_visit", attributes.getOrDefault("last_visited", ""));
    String time = visited.isEmpty() && history ? attributes.getOrDefault("add_date", "") : visited;
    links |= !url.isEmpty();
    if (!time.isEmpty() && !time.equals("0")) {
      Row row = new Row();
      row.put("time", time);
      to.reached(measured.bytesRead(), measured.size());
      to.of(kind)
          .take(
              FileVisit.of(
                  url,
                  decoded(title.toString()).strip(),
                  row.micros("time", clock),
                  FileVisit.LINK));
    }
  }

  /** Reads up to a tag; false at the end. */
  private boolean text(@Nullable StringBuilder into) throws IOException {
    int next = in.read();
    while (next != END && next != '<') {
      if (into != null && into.length() < MAX_TEXT_CHARS) {
        into.append((char) next);
      }
      next = in.read();
    }
    return next != END;
  }

  /** Reads the rest of a tag; a sign inside quotes does not end it. */
  private String tag() throws IOException, UnreadableException {
    StringBuilder tag = new StringBuilder();
    int quote = 0;
    int next = in.read();
    while (next != END && (next != '>' || quote != 0)) {
      if (quote == 0 && (next == '"' || next == '\'') && tag.indexOf("=") >= 0) {
        quote = next;
      } else if (next == quote) {
        quote = 0;
      }
      if (tag.length() == MAX_TAG_CHARS) {
        throw new UnreadableException(
            "It has a tag of more than %,d characters; what stood before was read."
                .formatted(MAX_TAG_CHARS));
      }
      tag.append((char) next);
      if (tag.length() == 3 && tag.toString().equals("!--")) {
        comment();
        return "!--";
      }
      next = in.read();
    }
    return tag.toString();
  }

  private void comment() throws IOException {
    int dashes = 0;
    int next = in.read();
    while (next != END && (next != '>' || dashes < 2)) {
      dashes = next == '-' ? dashes + 1 : 0;
      next = in.read();
    }
  }

  private static String name(String tag) {
    int end = 0;
    while (end < tag.length() && !Character.isWhitespace(tag.charAt(end))) {
      end++;
    }
    return Texts.cut(tag.substring(0, end), 20).toLowerCase(Locale.ROOT);
  }

  private static Map<String, String> attributes(String tag) {
    Map<String, String> attributes = new HashMap<>();
    int at = 0;
    while (at < tag.length()) {
      int equals = tag.indexOf('=', at);
      if (equals < 0) {
        break;
      }
      String head = tag.substring(at, equals).strip();
      String name = head.substring(head.lastIndexOf(' ') + 1).toLowerCase(Locale.ROOT);
      int start = equals + 1;
      while (start < tag.length() && Character.isWhitespace(tag.charAt(start))) {
        start++;
      }
      char quote = start < tag.length() ? tag.charAt(start) : ' ';
      boolean quoted = quote == '"' || quote == '\'';
      int from = quoted ? start + 1 : start;
      int end = from;
      while (end < tag.length()
          && (quoted ? tag.charAt(end) != quote : !Character.isWhitespace(tag.charAt(end)))) {
        end++;
      }
      attributes.putIfAbsent(name, decoded(tag.substring(Math.min(from, end), end)));
      at = end + 1;
    }
    return attributes;
  }

  private static String decoded(String text) {
    if (text.indexOf('&') < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length());
    int at = 0;
    while (at < text.length()) {
      char one = text.charAt(at);
      int end = one == '&' ? text.indexOf(';', at) : -1;
      String plain =
          end > 0 && end - at <= MAX_ENTITY_CHARS ? entity(text.substring(at + 1, end)) : "";
      if (plain.isEmpty()) {
        out.append(one);
        at++;
      } else {
        out.append(plain);
        at = end + 1;
      }
    }
    return out.toString();
  }

  private static String entity(String name) {
    if (!name.startsWith("#")) {
      return ENTITIES.getOrDefault(name, "");
    }
    boolean hex = name.startsWith("#x") || name.startsWith("#X");
    try {
      int point = Integer.parseInt(name.substring(hex ? 2 : 1), hex ? 16 : 10);
      return Character.isValidCodePoint(point) ? Character.toString(point) : "";
    } catch (NumberFormatException e) {
      return "";
    }
  }
}
