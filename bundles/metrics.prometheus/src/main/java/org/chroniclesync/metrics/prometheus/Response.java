// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.metrics.prometheus;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * An HTTP response.
 *
 * @param status the code and its phrase
 * @param contentType of the body, which is UTF-8
 * @param body whole
 */
record Response(String status, String contentType, String body) {
  /** Returns a response with a sentence for a person. */
  static Response sentence(String status, String sentence) {
    return new Response(status, "text/plain; charset=utf-8", sentence + "\n");
  }

  /** Writes the head, and perhaps the body. No page may use it, whatever a browser takes it for. */
  void write(OutputStream out, boolean whole) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String head =
        String.join(
            "\r\n",
            "HTTP/1.1 " + status,
            "Content-Type: " + contentType,
            "Content-Length: " + bytes.length,
            "Connection: close",
            "Cache-Control: no-store",
            "X-Content-Type-Options: nosniff",
            "Cross-Origin-Resource-Policy: same-origin",
            "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'",
            "",
            "");
    out.write(head.getBytes(StandardCharsets.ISO_8859_1));
    if (whole) {
      out.write(bytes);
    }
    out.flush();
  }
}
