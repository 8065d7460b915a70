// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.browser;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.chroniclesync.itests.driver.Chromium;
import org.jspecify.annotations.Nullable;

/** Somebody with Chromium: an extension asks its history service for what its own pages ask for. */
final class ChromiumPerson implements Person {
  private static final int ID_DIGITS = 32;
  private static final long DAY_MICROS = 86_400_000_000L;

  private static final int KEEPS_DAYS = 90;

  private final Path folder;
  private final Web web;
  private final Path extension;
  private @Nullable Chromium chromium;

  private ChromiumPerson(Path folder, Web web) throws URISyntaxException {
    this.folder = folder;
    this.web = web;
    this.extension =
        Path.of(
                Objects.requireNonNull(ChromiumPerson.class.getResource("/extension/manifest.json"))
                    .toURI())
            .getParent();
  }

  /** Makes a profile with pages that were visited so many days ago. */
  static ChromiumPerson with(Path folder, Web web, Map<String, Integer> old) throws Exception {
    try (ChromiumPerson before = new ChromiumPerson(folder, web)) {
      before.begin();
      old.keySet().forEach(before::visit);
    }
    try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + file(folder))) {
      for (Map.Entry<String, Integer> page : old.entrySet()) {
        long micros = page.getValue() * DAY_MICROS;
        shift(
            database,
            "UPDATE visits SET visit_time = visit_time - ?"
                + " WHERE url = (SELECT id FROM urls WHERE url = ?)",
            micros,
            page.getKey());
        shift(
            database,
            "UPDATE urls SET last_visit_time = last_visit_time - ? WHERE url = ?",
            micros,
            page.getKey());
      }
    }
    return new ChromiumPerson(folder, web);
  }

  @Override
  public void begin() {
    chromium =
        new Chromium(
            folder,
            "--host-resolver-rules=MAP * 127.0.0.1:" + web.port(),
            "--load-extension=" + extension);
  }

  private static Path file(Path folder) {
    return folder.resolve("Default/History");
  }

  private static void shift(Connection database, String statement, long micros, String address)
      throws SQLException {
    try (PreparedStatement shift = database.prepareStatement(statement)) {
      shift.setLong(1, micros);
      shift.setString(2, address);
      shift.executeUpdate();
    }
  }

  /** An extension that is loaded from a folder is named by the sum of its path. */
  private String own() {
    try {
      byte[] sum =
          MessageDigest.getInstance("SHA-256")
              .digest(extension.toString().getBytes(StandardCharsets.UTF_8));
      StringBuilder address = new StringBuilder("chrome-extension://");
      HexFormat.of()
          .formatHex(sum)
          .substring(0, ID_DIGITS)
          .chars()
          .forEach(digit -> address.append((char) ('a' + Character.digit(digit, 16))));
      return address + "/page.html";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private Chromium running() {
    return Objects.requireNonNull(chromium, "begin was not called");
  }

  private JsonNode ask(String body, Object... given) {
    running().open(own());
    return running().run(body, given);
  }

  @Override
  public Path profile() {
    return folder.resolve("Default");
  }

  @Override
  public void visit(String address) {
    running().open(address);
  }

  @Override
  public void deletePage(String address) {
    ask("await chrome.history.deleteUrl({ url: given[0] });", address);
  }

  @Override
  public void forgetSite(String host) {
    ask(
        """
        const all = await chrome.history.search({ text: '', startTime: 0, maxResults: 1000 });
        for (const { url } of all) if (new URL(url).hostname === given[0]) await chrome.history.deleteUrl({ url });
        """,
        host);
  }

  @Override
  public void clearTheLastHour() {
    ask("await chrome.browsingData.removeHistory({ since: Date.now() - 3600000 });");
  }

  @Override
  public void expire(String address) {
    // Its own round comes minutes after a start; this deletes what the round would.
    ask(
        "await chrome.history.deleteRange({ startTime: 0, endTime: Date.now() - given[0] * 86400000 });",
        KEEPS_DAYS);
  }

  @Override
  public List<String> history() {
    List<String> all = new ArrayList<>();
    ask("return (await chrome.history.search({ text: '', startTime: 0, maxResults: 1000 })).map(one => one.url);")
        .forEach(one -> all.add(one.asText()));
    return all;
  }

  @Override
  public void close() {
    if (chromium != null) {
      chromium.close();
    }
  }
}
