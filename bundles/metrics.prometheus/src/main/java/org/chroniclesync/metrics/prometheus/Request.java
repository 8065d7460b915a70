// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.metrics.prometheus;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The head of an HTTP/1 request (RFC 9112, sections 2 to 5). A body is not read: no request that is
 * answered has one.
 *
 * @param method as it was written
 * @param path without the query
 * @param headers by name in lower case
 */
record Request(String method, String path, Map<String, String> headers) {
  /** How long a head may be. */
  static final int MAX_BYTES = 8_192;

  private static final Pattern LINE =
      Pattern.compile("([A-Z]{1,20}) (/[^ ?]*)(?:\\?[^ ]*)? HTTP/1\\.[01]");
  private static final Pattern HEADER =
      Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*");

  /** Returns the value of a header, or null if there is none. */
  @Nullable String header(String name) {
    return headers.get(name);
  }

  /**
   * Reads a head.
   *
   * @return the request, or null if it is none that this server understands
   * @throws IOException if the connection ends first
   */
  static @Nullable Request read(InputStream in) throws IOException {
    byte[] bytes = new byte[MAX_BYTES];
    int length = 0;
    while (length < MAX_BYTES) {
      int read = in.read();
      if (read < 0) {
        throw new IOException("the connection ended within the head");
      }
      bytes[length++] = (byte) read;
      if (endsHead(bytes, length)) {
        return parse(new String(bytes, 0, length, StandardCharsets.ISO_8859_1));
      }
    }
    return null;
  }

  private static boolean endsHead(byte[] bytes, int length) {
    return length >= 4
        && bytes[length - 1] == '\n'
        && bytes[length - 2] == '\r'
        && bytes[length - 3] == '\n'
        && bytes[length - 4] == '\r';
  }

  private static @Nullable Request parse(String head) {
    List<String> lines = List.of(head.split("\r\n"));
    if (lines.isEmpty()) {
      return null;
    }
    Matcher line = LINE.matcher(lines.get(0));
    if (!line.matches()) {
      return null;
    }
    Map<String, String> headers = new HashMap<>();
    for (String each : lines.subList(1, lines.size())) {
      Matcher header = HEADER.matcher(each);
      if (!header.matches()) {
        return null;
      }
      String name = header.group(1).toLowerCase(Locale.ROOT);
      boolean twice = headers.putIfAbsent(name, header.group(2)) != null;
      if (twice && name.equals("host")) {
        // Who checks and who answers could each take another one.
        return null;
      }
    }
    return new Request(line.group(1), line.group(2), Map.copyOf(headers));
  }
}
