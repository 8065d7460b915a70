// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.zxing.common.BitMatrix;
import com.google.zxing.qrcode.decoder.Decoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.importer.BrowserImport;
import org.chroniclesync.api.importer.ProfileStatus;
import org.chroniclesync.api.importer.SkipReason;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.api.sync.PeerAttempt;
import org.chroniclesync.api.sync.PeerState;
import org.chroniclesync.api.sync.PeerView;
import org.chroniclesync.api.transport.AttemptReport;
import org.chroniclesync.support.qr.QrCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each answer is as the description says, and says what is so. */
class ApiTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Instant NOON = Instant.parse("2026-03-12T12:00:00Z");

  /** Script, an end of a tag, right-to-left, half a pair, a control character, very long. */
  private static final String HOSTILE =
      "</script><img src=x onerror=alert(1)>\u202e\ud83d\u0007" + "x".repeat(4_000);

  private TestServer server;
  private Contract contract;

  @BeforeEach
  void start() throws Exception {
    server = new TestServer();
    contract = new Contract();
    List<Entry> visits = new ArrayList<>();
    visits.add(visit("one", "a", "https://www.example.org/start", "Start", 0, ""));
    visits.add(visit("one", "b", "https://example.org/next", "Next page", 60, "a"));
    visits.add(visit("one", "c", "https://example.org/last", HOSTILE, 120, "b"));
    visits.add(visit("two", "a", "javascript:alert(1)//%E2%80%AE", "", 180, ""));
    visits.add(
        visit("two", "d", "https://b\u00fccher.example/?q=%C3%A4", "B\u00fccher", 86_400, ""));
    visits.add(visit("two", "e", "https://example.org/next", "Next page", 90_000, ""));
    server.node.add(visits.toArray(Entry[]::new));
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  private static Entry visit(
      String device, String id, String url, String title, long seconds, String from) {
    return TestNode.visit(device, id, url, title, NOON.plusSeconds(seconds), from);
  }

  private JsonNode read(HttpResponse<String> answer, String method, String path, int status)
      throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    String type = answer.headers().firstValue("Content-Type").orElse("");
    assertThat(contract.check(method, "/api/v1" + path, status, type, answer.body()))
        .as(answer.body())
        .isEmpty();
    assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
    return answer.body().isEmpty() ? MAPPER.nullNode() : MAPPER.readTree(answer.body());
  }

  private JsonNode get(String path) throws Exception {
    return read(server.get(path), "get", path.split("\\?", 2)[0], 200);
  }

  private JsonNode post(String path, String body, int status) throws Exception {
    return read(server.call("POST", path, body), "post", path, status);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static List<String> texts(JsonNode array, String member) {
    List<String> texts = new ArrayList<>();
    array.forEach(one -> texts.add(one.path(member).asText()));
    return texts;
  }

  @Test
  void whatVanishedFromABrowserIsDeletedOrKeptByAWord() throws Exception {
    Browsers browsers = new Browsers();
    server.parts.bindBrowsers(browsers);
    JsonNode profile = get("/profiles").at("/profiles/0");
    assertThat(profile.get("vanished").asLong()).isEqualTo(34);
    String path = profile.get("path").asText();

    post("/profiles/settle", settled("/of/nobody", true), 400);
    assertThat(browsers.settled).isEmpty();
    JsonNode work = post("/profiles/settle", settled(path, true), 202);
    await().atMost(PATIENCE).until(() -> work("/work/" + work.get("id").asText()).equals("done"));
    assertThat(browsers.settled).containsExactly(path + " true");
    post("/profiles/settle", settled(path, false), 400);
    post("/profiles/settle", "{\"path\":\"" + "x".repeat(5_000) + "\",\"delete\":true}", 400);
  }

  private String work(String path) {
    try {
      return MAPPER.readTree(server.get(path).body()).path("state").asText();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static String settled(String path, boolean delete) {
    return MAPPER.createObjectNode().put("path", path).put("delete", delete).toString();
  }

  /** A profile from which visits vanished, until it was said what becomes of them. */
  private static final class Browsers implements BrowserImport {
    private final List<String> settled = new CopyOnWriteArrayList<>();

    @Override
    public List<ProfileStatus> profiles() {
      return List.of(
          new ProfileStatus(
              "Firefox",
              Path.of("/home/somebody/profile"),
              null,
              60,
              Map.of(SkipReason.URL_TOO_LONG, 2L),
              NOON,
              null,
              settled.isEmpty() ? 34 : 0));
    }

    @Override
    public void importNow() {
      // Nothing is new.
    }

    @Override
    public void settle(Path profile, boolean delete) {
      settled.add(profile + " " + delete);
    }
  }

  @Test
  void aTextIsDrawnForACamera() throws Exception {
    for (String text : List.of("6294-sentence-clarify", "Zürich 日本", "x".repeat(2_900))) {
      JsonNode drawn = post("/qr", MAPPER.createObjectNode().put("text", text).toString(), 200);
      assertThat(read(drawn.get("rows"))).isEqualTo(text);
    }
    // Fewer characters than a code may have, and more bytes.
    post("/qr", MAPPER.createObjectNode().put("text", "日".repeat(2_000)).toString(), 400);
    post("/qr", MAPPER.createObjectNode().put("text", "x".repeat(3_000)).toString(), 400);
    post("/qr", "{}", 400);
  }

  private static String read(JsonNode rows) throws Exception {
    BitMatrix points = new BitMatrix(rows.size());
    for (int y = 0; y < rows.size(); y++) {
      for (int x = 0; x < rows.size(); x++) {
        if (rows.get(y).asText().charAt(x) == '1') {
          points.set(x, y);
        }
      }
    }
    return new Decoder().decode(points).getText();
  }

  @Test
  void theDescriptionNamesAllThatIsThereAndNothingElse() throws Exception {
    List<String> ofFramework =
        List.of(
            "GET /api/v1/parts",
            "GET /api/v1/parts/{pid}/settings",
            "PUT /api/v1/parts/{pid}/settings",
            "POST /api/v1/parts/{bundle}/start",
            "POST /api/v1/parts/{bundle}/stop",
            "POST /api/v1/parts/{bundle}/swap");
    List<String> all = new ArrayList<>(server.routes.all());
    all.addAll(ofFramework);

    assertThat(contract.operations()).containsExactlyInAnyOrderElementsOf(all);
  }

  @Test
  void whyADeviceIsNotConnectedIsToldByWhatWasTried() throws Exception {
    server.node.peers.add(TestNode.peer(new PeerState.Unreachable("Blocked. Wait.", NOON)));
    AttemptReport.Candidate own =
        new AttemptReport.Candidate(AttemptReport.Candidate.Kind.MAPPED, "udp", HOSTILE);
    AttemptReport.Pair pair =
        new AttemptReport.Pair(own, own, AttemptReport.Pair.State.FAILED, 3, 0, -1, null);
    AttemptReport report =
        new AttemptReport(
            NOON,
            true,
            AttemptReport.Stage.CHECKING,
            List.of(own),
            List.of(own),
            List.of(pair),
            List.of(new AttemptReport.ServerProblem("stun:192.0.2.1", 701, "")));
    server.node.attempts.add(new PeerAttempt("webrtc", report, NOON.plusSeconds(9), "Time is up"));
    JsonNode why =
        read(
            server.get("/devices/" + TestNode.OTHER.value() + "/why"),
            "get",
            "/devices/{id}/why",
            200);
    assertThat(texts(why.get("findings"), "code")).containsExactly("no-relay");
    assertThat(why.at("/findings/0/remedy").asText()).contains("TURN");
    assertThat(why.at("/attempts/0/pairs/0/state").asText()).isEqualTo("failed");
    assertThat(why.at("/attempts/0/own/0/address").asText()).hasSize(AttemptReport.MAX_CHARS);
    assertThat(why.at("/status/state").asText()).isEqualTo("unreachable");
    assertThat(why.has("view")).as("it was not asked").isFalse();

    server.node.view = new PeerView.Told(NOON, List.copyOf(server.node.attempts));
    why =
        read(
            server.get("/devices/" + TestNode.OTHER.value() + "/why?ask=true"),
            "get",
            "/devices/{id}/why",
            200);
    assertThat(why.at("/view/state").asText()).isEqualTo("told");
    assertThat(why.at("/view/attempts/0/own/0/address").asText()).hasSize(AttemptReport.MAX_CHARS);

    server.node.peers.clear();
    why =
        read(
            server.get("/devices/" + TestNode.OTHER.value() + "/why"),
            "get",
            "/devices/{id}/why",
            200);
    assertThat(texts(why.get("findings"), "code")).containsExactly("not-seen");
    read(server.get("/devices/nobody/why"), "get", "/devices/{id}/why", 404);
  }

  @Test
  void anAnswerDoesThatHoldsWhatAPageWasToldOf() throws Exception {
    JsonNode first = get("/timeline?position=0");
    long position = first.get("position").asLong();
    assertThat(position).isPositive();
    server.node.add(visit("one", "late", "https://example.org/late", "Late", 200_000, ""));
    assertThat(get("/timeline?position=" + position)).isEqualTo(first);
    JsonNode now = get("/timeline?position=" + (position + 1));
    assertThat(now.at("/visits/0/title").asText()).isEqualTo("Late");
    assertThat(get("/timeline").get("visits")).isEqualTo(now.get("visits"));
    read(server.get("/timeline?position=-1"), "get", "/timeline", 400);
    read(server.get("/timeline?position=1" + "0".repeat(18)), "get", "/timeline", 400);
  }

  @Test
  void theStatusSaysInAFewWordsWhatIsWorst() throws Exception {
    assertThat(get("/status").at("/summary/sentence").asText())
        .isEqualTo("No other device is here");

    server.node.peers.add(TestNode.peer(new PeerState.InSync(NOON)));
    assertThat(get("/status").at("/summary/sentence").asText()).isEqualTo("In sync · 2 devices");

    server.node.peers.add(TestNode.peer(new PeerState.Unreachable("Blocked. Wait.", NOON)));
    JsonNode status = get("/status");
    assertThat(status.at("/summary/level").asText()).isEqualTo("trouble");
    assertThat(status.at("/peers/1/why").asText()).isEqualTo("Blocked. Wait.");

    server.node.parts.add(
        new Part("transport", "webrtc", new Part.Failed("It broke.", "Mend it.")));
    assertThat(get("/status").at("/summary/sentence").asText())
        .isEqualTo("transport webrtc does not work");

    server.node.hasStorage = false;
    assertThat(get("/status").at("/summary/sentence").asText()).isEqualTo("Waiting for storage");
    JsonNode problem = read(server.get("/timeline"), "get", "/timeline", 503);
    assertThat(problem.path("remedy").asText()).contains("Parts");
  }

  @Test
  void theTimelineGoesBothWaysAndGivesEachVisitOnce() throws Exception {
    JsonNode first = get("/timeline?limit=2");
    JsonNode second = get("/timeline?limit=2&cursor=" + first.path("older").asText());
    JsonNode third = get("/timeline?limit=2&cursor=" + second.path("older").asText());
    List<String> down = new ArrayList<>();
    List.of(first, second, third).forEach(one -> down.addAll(texts(one.path("visits"), "at")));

    assertThat(down).hasSize(6).isSortedAccordingTo(java.util.Comparator.reverseOrder());
    JsonNode back = get("/timeline?limit=10&cursor=" + third.path("newer").asText());
    assertThat(texts(back.path("visits"), "at")).isEqualTo(down.subList(0, 4));

    server.node.add(visit("one", "new", "https://new.example/", "New", 100_000, ""));
    JsonNode news = get("/timeline?cursor=" + first.path("newer").asText());
    assertThat(texts(news.path("visits"), "title")).containsExactly("New");
    assertThat(get("/timeline?cursor=" + news.path("newer").asText()).path("visits")).isEmpty();
  }

  @Test
  void visitsOfOneMomentArePagedWithoutLossOrRepetition() throws Exception {
    List<Entry> same = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      same.add(visit("same", "s" + i, "https://same.example/" + i, "", 5_000_000, ""));
    }
    server.node.add(same.toArray(Entry[]::new));
    List<String> ids = new ArrayList<>();
    JsonNode page = get("/timeline?host=same.example&limit=4");
    while (true) {
      ids.addAll(texts(page.path("visits"), "id"));
      if (page.path("older").isNull()) {
        break;
      }
      page = get("/timeline?host=same.example&limit=4&cursor=" + page.path("older").asText());
    }

    assertThat(ids).hasSize(25).doesNotHaveDuplicates();
  }

  @Test
  void theTimelineIsFiltered() throws Exception {
    assertThat(get("/timeline?host=example.org").path("visits")).hasSize(4);
    assertThat(get("/timeline?device=two").path("visits")).hasSize(3);
    assertThat(get("/timeline?before=2026-03-12T12:01:00Z").path("visits")).hasSize(1);
    assertThat(get("/timeline?after=2026-03-13T00:00:00Z").path("visits")).hasSize(2);
    assertThat(get("/timeline?kind=typed").path("visits")).isEmpty();
    assertThat(get("/timeline?browser=firefox").path("visits")).hasSize(6);
  }

  @Test
  void whatIsHostileComesAsTextAndNothingElse() throws Exception {
    JsonNode visits = get("/timeline?device=one").path("visits");
    String title = visits.path(0).path("title").asText();

    // Half a pair has no UTF-8; all else is as it was.
    assertThat(title).isEqualTo(HOSTILE.replace("\ud83d", "?"));
    HttpResponse<String> answer = server.get("/timeline");
    assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    assertThat(answer.headers().firstValue("Content-Type").orElse(""))
        .startsWith("application/json");
  }

  @Test
  void aVisitTellsItsWayAndItsPage() throws Exception {
    String id = get("/timeline?device=one").path("visits").path(1).path("id").asText();
    HttpResponse<String> answer = server.get("/visits/" + id + "?zone=UTC");
    JsonNode detail = read(answer, "get", "/visits/{id}", 200);

    assertThat(texts(detail.path("from"), "title")).containsExactly("Start");
    assertThat(detail.path("to")).hasSize(1);
    assertThat(detail.at("/page/visits").asInt()).isEqualTo(2);
    assertThat(texts(detail.at("/page/days"), "day")).containsExactly("2026-03-13", "2026-03-12");
    assertThat(detail.path("complete").asBoolean()).isTrue();
  }

  @Test
  void aVisitThatIsNotThereIsNotFound() throws Exception {
    String id = new VisitKey(1, TestNode.visit("x", "y", "", "", NOON, "").id()).toString();

    read(server.get("/visits/" + id), "get", "/visits/{id}", 404);
    read(server.get("/visits/nonsense"), "get", "/visits/{id}", 400);
  }

  @Test
  void aSearchFindsMarksAndContinues() throws Exception {
    JsonNode found = get("/search?q=next");
    assertThat(texts(found.path("hits"), "title")).containsExactly("Next page");
    assertThat(found.at("/hits/0/visits").asInt()).isEqualTo(2);
    JsonNode mark = found.at("/hits/0/snippet/marks/0");
    String snippet = found.at("/hits/0/snippet/text").asText();
    assertThat(snippet.substring(mark.path("start").asInt(), mark.path("end").asInt()))
        .isEqualToIgnoringCase("next");

    JsonNode one = get("/search?limit=1&q=" + encoded("site:example.org"));
    JsonNode two =
        get(
            "/search?limit=1&q="
                + encoded("site:example.org")
                + "&cursor="
                + one.path("cursor").asText());
    assertThat(two.at("/hits/0/url")).isNotEqualTo(one.at("/hits/0/url"));

    assertThat(get("/search?q=nowhere").at("/unknownWords/0/word").asText()).isEqualTo("nowhere");
    read(
        server.get("/search?q=other&cursor=" + one.path("cursor").asText()), "get", "/search", 400);
  }

  @Test
  void suggestionsCompleteTheWordAtTheCaret() throws Exception {
    JsonNode operators = get("/suggest?q=" + encoded("words si")).path("suggestions");
    assertThat(operators.path(0).path("text").asText()).isEqualTo("site:");
    assertThat(operators.path(0).path("start").asInt()).isEqualTo(6);
    assertThat(texts(get("/suggest?q=" + encoded("before:last")).path("suggestions"), "text"))
        .contains("before:\"last week\"");
    assertThat(texts(get("/suggest?q=device:fire").path("suggestions"), "kind"))
        .containsOnly("device");
    assertThat(texts(get("/suggest?q=browser:f").path("suggestions"), "text"))
        .containsExactly("browser:Firefox");
  }

  @Test
  void daysAreCountedInTheZoneOfWhoeverLooks() throws Exception {
    JsonNode utc = get("/days?zone=UTC&from=2026-03-01&to=2026-03-31");
    assertThat(texts(utc.path("days"), "visits")).containsExactly("2", "4");
    assertThat(utc.at("/days/1/hours/12").asInt()).isEqualTo(4);

    JsonNode far = get("/days?zone=Pacific/Kiritimati&from=2026-03-01&to=2026-03-31");
    assertThat(texts(far.path("days"), "day")).containsExactly("2026-03-14", "2026-03-13");

    JsonNode chatham = get("/days?zone=Pacific/Chatham&from=2026-03-01&to=2026-03-31");
    assertThat(chatham.at("/days/1/hours/1").asInt()).isEqualTo(4);
    read(server.get("/days?from=2020-01-01&to=2026-01-01"), "get", "/days", 400);
  }

  @Test
  void insightsFollowTheHistory() throws Exception {
    JsonNode before = get("/insights?year=2026&zone=UTC");
    assertThat(before.path("visits").asInt()).isEqualTo(6);
    assertThat(before.at("/hosts/0/host").asText()).isEqualTo("example.org");
    assertThat(before.at("/hosts/0/visits").asInt()).isEqualTo(4);
    assertThat(before.path("hours")).hasSize(2);

    post("/deletions", "{\"host\":\"example.org\",\"below\":true}", 202);
    server.node.add(visit("one", "z", "https://z.example/", "", 200_000, ""));
    JsonNode after = get("/insights?year=2026&zone=UTC");
    assertThat(after.path("visits").asInt()).isEqualTo(3);
    assertThat(texts(after.path("hosts"), "host"))
        .doesNotContain("example.org")
        .contains("z.example");
    assertThat(get("/insights?year=2026&zone=UTC&device=two").path("visits").asInt()).isEqualTo(2);
  }

  @Test
  void aDeletionIsCountedDoneAndUndone() throws Exception {
    JsonNode preview = post("/deletions/preview", "{\"page\":\"https://example.org/next\"}", 200);
    assertThat(preview.path("visits").asInt()).isEqualTo(2);
    String id = get("/timeline").path("visits").path(0).path("id").asText();

    JsonNode deletion = post("/deletions", "{\"visit\":\"" + id + "\"}", 202);
    assertThat(deletion.path("visits").asInt()).isEqualTo(1);
    assertThat(texts(get("/timeline").path("visits"), "id")).hasSize(5).doesNotContain(id);
    assertThat(get("/deletions").path("deletions")).hasSize(1);
    String path = "/deletions/" + deletion.path("number").asText() + "/undo";
    read(server.call("POST", path, ""), "post", "/deletions/{number}/undo", 202);
    read(server.call("POST", "/deletions/99/undo", ""), "post", "/deletions/{number}/undo", 409);
    post("/deletions", "{}", 400);
  }

  @Test
  void ofWhatWasDeletedOnlyWhenAndFromWhichDeviceIsTold() throws Exception {
    assertThat(get("/tombstones").path("deleted")).isEmpty();
    Instant at = NOON.plusSeconds(900);
    for (String id : List.of("g1", "g2")) {
      server.node.add(
          visit("one", id, "https://gone.example/" + id, "Gone " + id, 500, "")
              .tombstone(at.toEpochMilli()));
    }
    server.node.add(
        visit("two", "g3", "https://gone.example/", "Gone", 500, "")
            .tombstone(at.plusSeconds(60).toEpochMilli()));

    JsonNode told = get("/tombstones");
    assertThat(texts(told.path("deleted"), "visits")).containsExactly("1", "2");
    assertThat(told.at("/deleted/1/at").asText()).isEqualTo(at.toString());
    assertThat(told.at("/deleted/1/device/id").asText()).isEqualTo("one");
    assertThat(told.path("older").isNull()).isTrue();
    assertThat(told.toString()).doesNotContain("gone.example", "Gone");
    assertThat(texts(get("/tombstones?device=two").path("deleted"), "visits")).containsExactly("1");
    for (String cursor : List.of("0", "-1", "x", "99999999999999999999")) {
      read(server.get("/tombstones?cursor=" + cursor), "get", "/tombstones", 400);
    }
  }

  @Test
  void whatWasDeletedLongAgoIsFoundByTheCursor() throws Exception {
    server.node.add(
        visit("one", "g1", "https://gone.example/", "Gone", 500, "").tombstone(1_000_000));
    for (int from = 0; from < TombstoneGroup.MAX_LOOKED; from += 5_000) {
      List<Entry> some = new ArrayList<>();
      for (int i = from; i < from + 5_000; i++) {
        some.add(visit("many", "m" + i, "https://many.example/" + i, "", 300_000 + i, ""));
      }
      server.node.add(some.toArray(Entry[]::new));
    }
    JsonNode newest = get("/tombstones");
    assertThat(newest.path("deleted")).isEmpty();
    JsonNode older = get("/tombstones?cursor=" + newest.path("older").asText());
    assertThat(texts(older.path("deleted"), "visits")).containsExactly("1");
    assertThat(older.path("older").isNull()).isTrue();
  }

  @Test
  void aCodeThatACameraSeesIsRead() throws Exception {
    List<String> rows = QrCode.rows("8605-sing-under");
    int side = (rows.size() + 8) * 4;
    byte[] picture = new byte[side * side];
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        int row = y / 4 - 4;
        int column = x / 4 - 4;
        boolean isDark =
            row >= 0
                && row < rows.size()
                && column >= 0
                && column < rows.size()
                && rows.get(row).charAt(column) == '1';
        picture[y * side + x] = (byte) (isDark ? 40 : 220);
      }
    }
    assertThat(seen(picture, side, 200).path("text").asText()).isEqualTo("8605-sing-under");
    assertThat(seen(new byte[side * side], side, 200).path("text").isNull()).isTrue();
    byte[] noise = new byte[640 * 360];
    new Random(7).nextBytes(noise);
    assertThat(seen(noise, 640, 200).path("text").isNull()).isTrue();
    seen(picture, side - 1, 400);
    seen(new byte[0], 32, 400);
    seen(picture, 31, 400);
    seen(picture, 1_025, 400);
    seen(new byte[1_024 * 1_024 + 1], 1_024, 413);
    read(server.call("POST", "/qr/read?width=32", "{}"), "post", "/qr/read", 415);
  }

  private JsonNode seen(byte[] picture, int width, int status) throws Exception {
    return read(
        server.send(
            server
                .request("/api/v1/qr/read?width=" + width)
                .header("Cookie", server.cookie())
                .header("X-ChronicleSync", server.key())
                .header("Content-Type", "application/octet-stream")
                .POST(HttpRequest.BodyPublishers.ofByteArray(picture))),
        "post",
        "/qr/read",
        status);
  }

  @Test
  void manyVisitsAreDeletedOnlyWithTheirNumber() throws Exception {
    List<Entry> many = new ArrayList<>();
    for (int i = 0; i < 10_001; i++) {
      many.add(visit("many", "m" + i, "https://many.example/" + i, "", 300_000 + i, ""));
    }
    for (int i = 0; i < many.size(); i += 5_001) {
      server.node.add(many.subList(i, Math.min(many.size(), i + 5_001)).toArray(Entry[]::new));
    }
    JsonNode refused = post("/deletions", "{\"host\":\"many.example\"}", 409);
    assertThat(refused.path("detail").asText()).contains("10,001");
    post("/deletions", "{\"host\":\"many.example\",\"visits\":10000}", 409);
    JsonNode done = post("/deletions", "{\"host\":\"many.example\",\"visits\":10001}", 202);
    assertThat(done.path("visits").asInt()).isEqualTo(10_001);
  }

  @Test
  void devicesAreListedAndForgotten() throws Exception {
    server.node.peers.add(TestNode.peer(new PeerState.Syncing(1, 4)));
    JsonNode devices = get("/devices");
    assertThat(texts(devices.path("profiles"), "id")).containsExactly("one", "two");
    assertThat(devices.at("/nodes/0/now/state").asText()).isEqualTo("syncing");
    assertThat(devices.at("/nodes/0/now/sentence").asText()).contains("25 %");
    assertThat(devices.at("/nodes/0/now/roundTripMillis").asInt()).isEqualTo(12);

    String path = "/devices/" + TestNode.OTHER.value();
    read(server.call("DELETE", path, ""), "delete", "/devices/{id}", 204);
    read(server.call("DELETE", "/devices/nobody", ""), "delete", "/devices/{id}", 404);
    read(server.call("POST", "/sync", ""), "post", "/sync", 204);
    assertThat(server.node.syncs.get()).isEqualTo(1);
  }

  @Test
  void whatIsNotThereSaysSoWithARemedy() throws Exception {
    for (String path : List.of("/rules", "/profiles", "/pairing/code", "/export", "/pause")) {
      JsonNode problem = read(server.get(path), "get", path, 503);
      assertThat(problem.path("detail").asText()).endsWith(".");
      assertThat(problem.path("remedy").asText()).isNotBlank();
    }
  }

  @Test
  void wrongValuesAreRefusedWithACauseAndARemedy() throws Exception {
    for (String path :
        List.of(
            "/timeline?limit=0",
            "/timeline?limit=abc",
            "/timeline?cursor=zzz",
            "/timeline?before=yesterday",
            "/timeline?limit=1&limit=2",
            "/search?q=" + "x".repeat(1_001),
            "/search?q=%ff",
            "/days?zone=Nowhere/Land",
            "/days?from=2026-13-01",
            "/insights?year=1")) {
      JsonNode problem = read(server.get(path), "get", path.split("\\?", 2)[0], 400);
      assertThat(problem.path("remedy").asText()).isNotBlank();
    }
    post("/deletions", "[]", 400);
    post("/deletions", "{\"host\":1}", 400);
    post("/deletions", "{\"unknown\":1}", 400);
    post("/deletions", "{\"host\":\"a\",\"host\":\"b\"}", 400);
    post("/deletions", "{\"host\":\"a\"} {}", 400);
    post("/deletions", "{\"host\":\"" + "a".repeat(300_000) + "\"}", 413);
  }

  @Test
  void changesAreToldAsTheyCome() throws Exception {
    HttpResponse<InputStream> answer = server.stream("/api/v1/events");
    assertThat(answer.headers().firstValue("Content-Type").orElse(""))
        .startsWith("text/event-stream");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Supplier<String> told = () -> bytes.toString(StandardCharsets.UTF_8);
    Thread reader =
        new Thread(
            () -> {
              try (InputStream in = answer.body()) {
                in.transferTo(bytes);
              } catch (IOException e) {
                bytes.writeBytes("ended".getBytes(StandardCharsets.UTF_8));
              }
            });
    reader.setDaemon(true);
    reader.start();
    await().atMost(PATIENCE).until(() -> told.get().contains("event: status"));

    server.node.add(visit("one", "n1", "https://n.example/", "", 400_000, ""));
    await().atMost(PATIENCE).until(() -> told.get().contains("\"come\":1"));
    server.node.peers.add(TestNode.peer(new PeerState.InSync(NOON)));
    await().atMost(PATIENCE).until(() -> told.get().contains("In sync · 2 devices"));
    assertThat(server.streams.size()).isEqualTo(1);

    server.streams.close();
    reader.join(60_000);
    assertThat(reader.isAlive()).isFalse();
  }

  @Test
  void moreStreamsThanAllowedAreRefused() throws Exception {
    List<HttpResponse<InputStream>> open = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      open.add(server.stream("/api/v1/events"));
    }
    HttpResponse<InputStream> refused = server.stream("/api/v1/events");

    assertThat(refused.statusCode()).isEqualTo(429);
    for (HttpResponse<InputStream> one : open) {
      assertThat(one.statusCode()).isEqualTo(200);
      one.body().close();
    }
  }
}
