// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.assertj.core.groups.Tuple;
import org.chroniclesync.api.history.Bounds;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.importer.FileImport;
import org.chroniclesync.api.importer.SkipReason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each format, and the rows that must come out of it. The names of the files say nothing. */
class FormatsTest {
  @TempDir private Path folder = Path.of("unset");

  private StoredHistory read(String content) throws Exception {
    return read(content.getBytes(StandardCharsets.UTF_8));
  }

  private FileImport.Report report = new FileImport.Report("", "", null, 0, Map.of(), null);

  private StoredHistory read(byte[] content) throws Exception {
    StoredHistory history = new StoredHistory(folder);
    Path file = Files.write(folder.resolve("file"), content);
    report = history.readOne(file);
    int imported = history.entries().size();
    assertThat(history.readOne(file).imported()).as("the same file again").isZero();
    assertThat(history.entries()).hasSize(imported);
    return history;
  }

  private static List<Tuple> rows(StoredHistory history) throws Exception {
    return history.entries().stream()
        .map(
            entry -> tuple(entry.visitTimeMillis(), entry.url(), entry.title(), entry.transition()))
        .toList();
  }

  private StoredHistory database(String... sql) throws Exception {
    Path file = folder.resolve("database");
    Files.deleteIfExists(file);
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      for (String one : sql) {
        statement.executeUpdate(one);
      }
    }
    return read(Files.readAllBytes(file));
  }

  @Test
  void takeoutOfBothGenerations() throws Exception {
    StoredHistory older =
        read(
            """
            { "Browser History": [
              { "favicon_url": "https://example.org/f.ico", "page_transition": "LINK",
                "title": "Second", "url": "https://example.org/2", "client_id": "abc=",
                "time_usec": 1600000001000001 },
              { "page_transition": "AUTO_SUBFRAME", "title": "", "url": "https://ads.example/",
                "client_id": "abc=", "time_usec": 1600000000500000 },
              { "page_transition": "TYPED", "title": "First", "url": "https://example.org/",
                "client_id": "abc=", "time_usec": 1600000000000000 } ] }
            """);
    assertThat(rows(older))
        .containsExactly(
            tuple(1600000000000.0, "https://example.org/", "First", "typed"),
            tuple(1600000001000.001, "https://example.org/2", "Second", "link"));
    assertThat(report.skipped()).isEqualTo(Map.of(SkipReason.HIDDEN, 1L));

    // 13244473600000000 in microseconds since 1601 is 1600000000 s since 1970.
    StoredHistory newer =
        read(
            """
            {"Browser History":[{"favicon_url":"","page_transition_qualifier":"CLIENT_REDIRECT",
              "title":"First","url":"https://example.org/","time_usec":1600000000000000,
              "client_id":"x"}],
             "Typed Url":[{"url":"https://example.org/","title":"First","hidden":false,
               "visits":[13244473600000000,13244473700000000],"visit_transitions":[1,1]},
               {"url":"https://example.org/hidden","title":"","hidden":true,
               "visits":[13244473600000000]}],
             "Session":[{"tab":{"navigation":[{"virtual_url":"https://example.org/tab"}]}}],
             "Shared Tab Group":[]}
            """);
    assertThat(rows(newer))
        .containsExactly(
            tuple(1600000000000.0, "https://example.org/", "First", "link"),
            tuple(1600000100000.0, "https://example.org/", "First", "typed"));
    assertThat(newer.entries()).extracting(e -> e.device().browserName()).containsOnly("Chrome");
  }

  @Test
  void whatGoogleNotedOfChrome() throws Exception {
    StoredHistory history =
        read(
            """
            [{"header":"Chrome","title":"Visited An example",
              "titleUrl":"https://www.google.com/url?q=https://example.org/%3Fa%3D1&usg=x",
              "time":"2020-09-13T12:26:40.123Z","products":["Chrome"]},
             {"header":"YouTube","title":"Watched x","titleUrl":"https://www.youtube.com/x",
              "time":"2020-09-13T12:26:40.123Z","products":["YouTube"]}]
            """);
    assertThat(rows(history))
        .containsExactly(tuple(1600000000123.0, "https://example.org/?a=1", "An example", "link"));
  }

  @Test
  void safarisExport() throws Exception {
    StoredHistory history =
        read(
            """
            {"metadata":{"browser_name":"Safari","browser_version":"26.0","data_type":"history",
              "export_time_usec":1791370000000000,"schema_version":1},
             "history":[
              {"url":"https://maps.example/","time_usec":1700000000000000,
               "destination_url":"https://example.org/maps/",
               "destination_time_usec":1700000000000097},
              {"url":"https://example.org/maps/","title":"Maps","time_usec":1700000000000097,
               "source_url":"https://maps.example/","visit_count":3,
               "latest_visit_was_load_failure":false},
              {"url":"https://down.example/","time_usec":1700000000000098,"visit_count":1,
               "latest_visit_was_load_failure":true}]}
            """);
    assertThat(rows(history))
        .containsExactly(tuple(1700000000000.097, "https://example.org/maps/", "Maps", "link"));
    assertThat(report.skipped()).isEqualTo(Map.of(SkipReason.HIDDEN, 2L));
    assertThat(report.format()).isEqualTo("Safari's export");
  }

  @Test
  void browserexportInBothItsForms() throws Exception {
    String one =
        "{\"url\": \"https://example.org/\", \"dt\": 1600000000.25, \"metadata\": {\"title\":"
            + " \"T\", \"description\": null, \"preview_image\": null, \"duration\": 5}}";
    String two = "{\"url\": \"https://example.org/2\", \"dt\": 1600000001, \"metadata\": null}";
    for (String text : List.of("[" + one + ", " + two + "]", one + "\n" + two + "\n")) {
      assertThat(rows(read(text)))
          .containsExactly(
              tuple(1600000000250.0, "https://example.org/", "T", "link"),
              tuple(1600000001000.0, "https://example.org/2", "", "link"));
    }
  }

  @Test
  void hister() throws Exception {
    String html = "x".repeat(2_000_000);
    StoredHistory history =
        read(
            "[\n{\"url\":\"https://example.org/\",\"domain\":\"example.org\",\"html\":\""
                + html
                + "\",\"title\":\"T\",\"text\":\"t\",\"score\":1.5,\"added\":1600000000,"
                + "\"updated\":1600000009,\"type\":0,\"language\":\"en\",\"user_id\":0,"
                + "\"metadata\":{\"type\":\"x\"},\"processed\":true}\n,\n"
                + "{\"url\":\"file:///home/me/a.txt\",\"added\":1600000001,\"type\":1,"
                + "\"processed\":true}\n]\n");
    assertThat(rows(history))
        .containsExactly(tuple(1600000000000.0, "https://example.org/", "T", "link"));
    assertThat(report.skipped()).isEqualTo(Map.of(SkipReason.SCHEME, 1L));
  }

  @Test
  void whatExtensionsGetFromBrowsers() throws Exception {
    assertThat(
            rows(
                read(
                    """
                    [{"id":"7","lastVisitTime":1600000000123.456,"title":"T","typedCount":0,
                      "url":"https://example.org/","visitCount":2},
                     {"id":"8","url":"https://example.org/2","title":"U","lastVisitTime":1600000009000,
                      "visits":[{"id":"8","visitId":"1","visitTime":1600000002000,
                      "transition":"link"},{"visitId":"2","visitTime":1600000009000}]}]
                    """)))
        .containsExactly(
            tuple(1600000000123.456, "https://example.org/", "T", "link"),
            tuple(1600000002000.0, "https://example.org/2", "U", "link"),
            tuple(1600000009000.0, "https://example.org/2", "U", "link"));
    assertThat(
            rows(
                read(
                    "[{\"url\":\"https://example.org/\",\"title\":\"T\",\"visitId\":\"3\","
                        + "\"visitTime\":1600000000123,\"transition\":\"typed\"}]")))
        .containsExactly(tuple(1600000000123.0, "https://example.org/", "T", "typed"));
  }

  @Test
  void theExtensionsOwnExport() throws Exception {
    StoredHistory history =
        read(
            """
            [{"url":"https://example.org/","title":"T","visitTime":1600000000123.5,
              "visitId":"v1","referringVisitId":"0","transition":"typed","deviceId":"d1",
              "platform":"Linux","userAgent":"UA","browserName":"Chrome","browserVersion":"120",
              "syncStatus":"synced","lastModified":1600000000200,
              "pageContent":{"content":"secret","summary":"S","extractedAt":1600000000300}}]
            """);
    Entry entry = history.entries().get(0);
    assertThat(entry.id().toString()).contains("d1", "v1");
    assertThat(entry.device().platform()).isEqualTo("Linux");
    assertThat(entry.lastModifiedMillis()).isEqualTo(1600000000200L);
    assertThat(entry.page()).isNotNull();
    assertThat(report.deviceId()).isNull();
  }

  @Test
  void bookmarkFilesThatAreHistories() throws Exception {
    String head = "<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<!-- a > b -->\n<TITLE>Bookmarks</TITLE>\n";
    StoredHistory visits =
        read(
            head
                + "<H1>Bookmarks</H1><DL><p><DT><H3>x</H3><DL><p>\n"
                + "<DT><A HREF=\"https://example.org/?a=1&amp;b=2\" ADD_DATE=\"1500000000\""
                + " LAST_VISIT=\"1600000000\">A &lt;b&gt; &#x2713;</A>\n"
                + "<DT><a href=https://example.org/never add_date=1500000000>n</a></DL></DL>");
    assertThat(rows(visits))
        .containsExactly(
            tuple(1600000000000.0, "https://example.org/?a=1&b=2", "A <b> \u2713", "link"));

    StoredHistory history =
        read(
            head.replace("Bookmarks", "Browsing history")
                + "<DL><DT><A HREF='https://example.org/' ADD_DATE='1600000000'>T</A></DL>");
    assertThat(rows(history))
        .containsExactly(tuple(1600000000000.0, "https://example.org/", "T", "link"));
  }

  @Test
  void bookmarksAreNoVisits() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("b"),
            "<!DOCTYPE NETSCAPE-Bookmark-file-1><H1>Bookmarks</H1><DL><DT>"
                + "<A HREF=\"https://example.org/\" ADD_DATE=\"1500000000\">n</A></DL>");
    StoredHistory history = new StoredHistory(folder);
    assertThat(history.readOne(file).problem()).contains("bookmarks are not imported");
    assertThat(history.entries()).isEmpty();
  }

  @Test
  void tablesOfOtherPrograms() throws Exception {
    StoredHistory history =
        read(
            "ID,Title,URL,Visit Time,Browser\r\n"
                + "1,\"A, \"\"b\"\"\nc\",https://example.org/,2020-09-13 12:26:40 UTC,firefox\r\n"
                + "2,D,https://example.org/2,2020-09-13 12:26:41 UTC,firefox\r\n".strip());
    assertThat(rows(history))
        .containsExactly(
            tuple(1600000000000.0, "https://example.org/", "A, \"b\"\nc", "link"),
            tuple(1600000001000.0, "https://example.org/2", "D", "link"));
  }

  @Test
  void safarisDatabase() throws Exception {
    StoredHistory history =
        database(
            "CREATE TABLE history_items (id INTEGER PRIMARY KEY AUTOINCREMENT, url TEXT NOT NULL"
                + " UNIQUE, domain_expansion TEXT NULL, visit_count INTEGER NOT NULL)",
            "CREATE TABLE history_visits (id INTEGER PRIMARY KEY AUTOINCREMENT, history_item"
                + " INTEGER NOT NULL REFERENCES history_items(id), visit_time REAL NOT NULL, title"
                + " TEXT NULL, load_successful BOOLEAN NOT NULL DEFAULT 1, http_non_get BOOLEAN NOT"
                + " NULL DEFAULT 0, synthesized BOOLEAN NOT NULL DEFAULT 0, redirect_source INTEGER"
                + " NULL UNIQUE, redirect_destination INTEGER NULL UNIQUE, origin INTEGER NOT NULL"
                + " DEFAULT 0, generation INTEGER NOT NULL DEFAULT 0)",
            "INSERT INTO history_items VALUES (1, 'https://example.org/', NULL, 2), (2,"
                + " 'http://example.org/', NULL, 1)",
            "INSERT INTO history_visits (id, history_item, visit_time, title, load_successful,"
                + " redirect_destination, origin) VALUES (1, 1, 621692800.25, 'T', 1, NULL, 0),"
                + " (2, 2, 621692900.0, NULL, 1, 3, 0), (3, 1, 621692900.5, 'T', 1, NULL, 0),"
                + " (4, 1, 621692901, 'T', 0, NULL, 0), (5, 1, 621692902, 'T', 1, NULL, 1)");
    assertThat(rows(history))
        .containsExactly(
            tuple(1600000000250.0, "https://example.org/", "T", "link"),
            tuple(1600000100500.0, "https://example.org/", "T", "link"));
    assertThat(report.skipped())
        .isEqualTo(Map.of(SkipReason.HIDDEN, 2L, SkipReason.OTHER_DEVICE, 1L));
  }

  @Test
  void oneHistory() throws Exception {
    StoredHistory history =
        database(
            "CREATE TABLE onehistory_urls (id integer PRIMARY KEY AUTOINCREMENT, url text NOT NULL"
                + " UNIQUE, title text)",
            "CREATE TABLE onehistory_visits (id integer PRIMARY KEY AUTOINCREMENT, item_id integer,"
                + " visit_time integer, visit_type integer NOT NULL DEFAULT 0, UNIQUE(item_id,"
                + " visit_time))",
            "CREATE TABLE import_records (id integer PRIMARY KEY AUTOINCREMENT, last_import"
                + " integer, data_path text NOT NULL UNIQUE)",
            "INSERT INTO onehistory_urls VALUES (1, 'https://example.org/', 'T'),"
                + " (2, 'https://example.org/2', NULL)",
            "INSERT INTO onehistory_visits VALUES (1, 1, 1600000000123456, 0),"
                + " (2, 2, 1600000001000000, -1)");
    assertThat(rows(history))
        .containsExactly(
            tuple(1600000000123.456, "https://example.org/", "T", "link"),
            tuple(1600000001000.0, "https://example.org/2", "", "link"));
  }

  @Test
  void historySync() throws Exception {
    StoredHistory history =
        database(
            "CREATE TABLE domains (id INTEGER PRIMARY KEY AUTOINCREMENT, host TEXT NOT NULL UNIQUE)",
            "CREATE TABLE history (id INTEGER PRIMARY KEY AUTOINCREMENT, url TEXT NOT NULL, title"
                + " TEXT NOT NULL DEFAULT '', visit_time INTEGER NOT NULL, visit_count INTEGER NOT"
                + " NULL DEFAULT 1, browser_type TEXT NOT NULL, profile_name TEXT NOT NULL DEFAULT"
                + " '', metadata TEXT NOT NULL DEFAULT '', domain_id INTEGER, created_at INTEGER"
                + " NOT NULL DEFAULT (strftime('%s','now')), typed_count INTEGER, first_visit_time"
                + " INTEGER, transition_type INTEGER, visit_duration REAL, device_id INTEGER)",
            "INSERT INTO history (url, title, visit_time, browser_type, transition_type) VALUES"
                + " ('https://example.org/', 'T', 1600000000, 'chrome', 1)");
    assertThat(rows(history))
        .containsExactly(tuple(1600000000000.0, "https://example.org/", "T", "typed"));
    assertThat(history.entries().get(0).device().browserName()).isEqualTo("Chrome");
  }

  @Test
  void aFileIsShownByItsName() throws Exception {
    StoredHistory history = new StoredHistory(folder);
    String visits =
        """
        time,url,title
        2026-11-29T10:00:00Z,https://example.org/,Apple cake
        2026-11-29T10:00:01Z,https://example.org/2,B
        2026-11-29T10:00:02Z,https://example.org/3,C
        """;
    history.readOne(Files.writeString(folder.resolve("work.csv"), visits));
    assertThat(history.entries())
        .hasSize(3)
        .allSatisfy(
            entry -> {
              assertThat(entry.device().browserName()).isEmpty();
              assertThat(entry.device().platform()).isEqualTo("work.csv");
            });

    // A later copy of it is of the same device, and that keeps its name.
    String more = visits + "2026-11-29T10:00:03Z,https://example.org/4,D\n";
    history.readOne(Files.writeString(folder.resolve("later.csv"), more));
    assertThat(history.entries()).hasSize(4);
    assertThat(history.entries())
        .extracting(Entry::device)
        .containsOnly(history.entries().get(0).device());
  }

  @Test
  void aMemberOfAnArchiveIsShownByBothNames() {
    assertThat(FileName.of("/backup/old.zip!/Takeout/Chrome/History.json"))
        .isEqualTo("old.zip: History.json");
    assertThat(FileName.of("/backup/" + "x".repeat(500))).hasSize(Bounds.MAX_FIELD_CHARS);
    assertThat(FileName.of("C:\\backup\\a\u0007.csv")).isEqualTo("a?.csv");
  }

  @Test
  void aTimeWithoutAZoneIsRefusedWithARemedy() throws Exception {
    StoredHistory history = new StoredHistory(folder);
    Path file =
        Files.writeString(
            folder.resolve("a.csv"), "url,date\nhttps://a.example/,2026-11-05 10:00\n");
    assertThat(history.readOne(file).problem())
        .contains("without a time zone", "Write them as 2026-11-30T18:00:00Z");
    assertThat(history.entries()).isEmpty();
  }

  @Test
  void databasesOfBrowsers() throws Exception {
    Path profiles = Path.of("../importer.browser/src/test/resources/profiles");
    for (String name : List.of("chromium/Default/History", "firefox/places.sqlite")) {
      StoredHistory history = read(Files.readAllBytes(profiles.resolve(name)));
      assertThat(history.entries()).as(name).hasSizeGreaterThan(10);
      assertThat(history.entries())
          .allMatch(entry -> entry.url().startsWith("http"))
          .allMatch(entry -> entry.visitTimeMillis() > 1.5e12);
      assertThat(report.imported()).isEqualTo(history.entries().size());
    }
  }
}
