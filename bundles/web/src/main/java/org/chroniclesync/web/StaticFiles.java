// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.chroniclesync.support.text.Digests;
import org.jspecify.annotations.Nullable;

/** The files of the page, which are in this bundle. Each is read and compressed once. */
final class StaticFiles {
  private static final String INDEX = "index.html";

  /** For the browser's address bar, which wants whole addresses in it. */
  private static final String SEARCH_DESCRIPTION = "opensearch.xml";

  /** Below it, a name is looked up among the resources; nothing else is. */
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}(/[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}){0,4}");

  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("html", "text/html; charset=utf-8"),
          Map.entry("js", "text/javascript; charset=utf-8"),
          Map.entry("mjs", "text/javascript; charset=utf-8"),
          Map.entry("css", "text/css; charset=utf-8"),
          Map.entry("json", "application/json"),
          Map.entry("webmanifest", "application/manifest+json"),
          Map.entry("xml", "application/opensearchdescription+xml"),
          Map.entry("svg", "image/svg+xml"),
          Map.entry("png", "image/png"),
          Map.entry("ico", "image/x-icon"),
          Map.entry("woff2", "font/woff2"),
          Map.entry("txt", "text/plain; charset=utf-8"));

  /** What is not ours lies where its own jar has it. */
  private static final Map<String, String> LIBRARIES =
      Map.of(
          "lib/htm-preact.js", "/META-INF/resources/_static/htm/3.1.1/preact/standalone.module.js");

  private final Map<String, File> files = new ConcurrentHashMap<>();

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record File(String type, byte[] plain, byte[] compressed, String tag) {}

  /** Sends the file of a path; where that has no ending, the page, which knows its own paths. */
  void send(String path, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String name = path.substring(1);
    boolean isPlace = name.indexOf('.') < 0;
    File file = file(isPlace ? INDEX : name);
    if (file == null) {
      throw Problem.unknown(Code.REQUEST, "There is no such file.", "Open / instead.");
    }
    if (name.equals(SEARCH_DESCRIPTION)) {
      String origin = request.getScheme() + "://" + request.getHeader("Host");
      String whole = new String(file.plain(), StandardCharsets.UTF_8).replace("{origin}", origin);
      response.setHeader("Cache-Control", "no-store");
      Exchange.send(response, file.type(), whole.getBytes(StandardCharsets.UTF_8));
      return;
    }
    response.setHeader("ETag", file.tag());
    response.setHeader("Cache-Control", "no-cache");
    response.setHeader("Vary", "Accept-Encoding");
    if (file.tag().equals(request.getHeader("If-None-Match"))) {
      response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
      return;
    }
    String accepted = request.getHeader("Accept-Encoding");
    if (accepted != null && accepted.contains("gzip")) {
      response.setHeader("Content-Encoding", "gzip");
      Exchange.send(response, file.type(), file.compressed());
    } else {
      Exchange.send(response, file.type(), file.plain());
    }
  }

  private @Nullable File file(String name) throws IOException {
    File known = files.get(name);
    if (known != null || !NAME.matcher(name).matches() || name.contains("..")) {
      return known;
    }
    String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
    try (InputStream in =
        StaticFiles.class.getResourceAsStream(LIBRARIES.getOrDefault(name, "page/" + name))) {
      if (type == null || in == null) {
        return null;
      }
      byte[] plain = in.readAllBytes();
      File file =
          new File(
              type,
              plain,
              compressed(plain),
              '"' + Digests.sha256Hex(plain).substring(0, 2 * Digests.SHORT_CHARS) + '"');
      files.put(name, file);
      return file;
    }
  }

  private static byte[] compressed(byte[] plain) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(plain);
    }
    return bytes.toByteArray();
  }
}
