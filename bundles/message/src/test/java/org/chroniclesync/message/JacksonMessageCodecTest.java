// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.Bounds;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.DeviceName;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.message.FeedPosition;
import org.chroniclesync.api.message.Hello;
import org.chroniclesync.api.message.MalformedMessageException;
import org.chroniclesync.api.message.Message;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.Segment;
import org.chroniclesync.api.storage.FeedId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JacksonMessageCodecTest {
  private static final FeedId FEED = new FeedId("feed");

  private static final Hello.Share SHARE =
      new Hello.Share(PeerId.ofNode("a"), "c2hhcmU", "cHJvb2Y", 65_536);

  private final JacksonMessageCodec codec = new JacksonMessageCodec();

  @Test
  void whatOnlyNodesSayComesThrough() throws Exception {
    List<Payload> payloads =
        List.of(
            new Payload.Ping(1.5, new Hello(1, FEED)),
            new Payload.Ping(2, new Hello(2, FEED, 7, SHARE)),
            new Payload.Credit(1L << 40),
            new Payload.DeviceNames(List.of(), true),
            new Payload.DeviceNames(
                List.of(
                    new DeviceName(
                        new DeviceId("d"), "läptop", "Work", 5, "\u6771", Long.MAX_VALUE),
                    DeviceName.unknown(new DeviceId("e"))),
                false),
            new Payload.Pong(1_764_000_000_000.0, new Hello(2, FEED)),
            new Payload.History(List.of(), new Segment(FEED, 1, 2, 3), 0),
            new Payload.SyncResponse(List.of(), new Segment(FEED, 0, 0, 0), 0),
            new Payload.SyncRequest(OptionalLong.empty(), new FeedPosition(FEED, 7)),
            new Payload.SyncRequest(OptionalLong.of(1_764_000_000_000L), null),
            new Payload.Other("note", "{\"a\":[1,2.50,null,true,\"x\"]}"));

    for (Payload payload : payloads) {
      Message message = new Message(payload, "account", 1_764_000_000_000L);
      assertThat(codec.decode(codec.encode(message))).isEqualTo(message);
    }
  }

  /** The bytes that docs/protocol.md shows, sections 6 and 7. */
  @Test
  void creditAndWindowAreWrittenAsSpecified() throws Exception {
    assertThat(text(new Payload.Credit(1_310_720)))
        .startsWith("{\"type\":\"credit\",\"data\":{\"upTo\":1310720},");
    assertThat(text(new Payload.Ping(2, new Hello(2, FEED, 7, SHARE))))
        .endsWith(
            ",\"node\":{\"version\":2,\"feed\":\"feed\",\"entries\":7,\"peer\":\"node.a\","
                + "\"share\":\"c2hhcmU\",\"proof\":\"cHJvb2Y\",\"window\":65536}}");
  }

  /** The bytes that docs/protocol.md shows, section 6. */
  @Test
  void namesAreWrittenAsSpecified() {
    DeviceName name = new DeviceName(new DeviceId("d"), "laptop", "Work", 5, "mine", 7);
    assertThat(text(new Payload.DeviceNames(List.of(name), true)))
        .startsWith(
            "{\"type\":\"device-names\",\"data\":{\"devices\":[{\"deviceId\":\"d\","
                + "\"computer\":\"laptop\",\"profile\":\"Work\",\"toldAt\":5,"
                + "\"name\":\"mine\",\"namedAt\":7}],\"asks\":true},");
  }

  @Test
  void namesBeyondTheirBoundsAreRefused() {
    for (String devices :
        List.of(
            "{}",
            "[1]",
            "[{}]",
            "[{\"deviceId\":\"\"}]",
            "[{\"deviceId\":\"d\",\"name\":\"" + "x".repeat(101) + "\"}]",
            "[{\"deviceId\":\"d\",\"name\":\"\\u001b[2J\"}]",
            "[{\"deviceId\":\"d\",\"namedAt\":-1}]",
            "[" + "{\"deviceId\":\"d\"},".repeat(256) + "{\"deviceId\":\"d\"}]")) {
      String message = "{\"type\":\"device-names\",\"data\":{\"devices\":" + devices + "}}";
      assertThatThrownBy(() -> decode(message))
          .as(devices)
          .isInstanceOf(MalformedMessageException.class);
    }
  }

  @Test
  void aWindowOutsideItsBoundsIsRefused() {
    for (String window : List.of("1", "65535", "1073741825", "-1")) {
      String ping =
          "{\"type\":\"ping\",\"data\":{\"timestamp\":1},\"node\":{\"version\":2,\"feed\":\"f\","
              + "\"peer\":\"node.a\",\"share\":\"x\",\"window\":"
              + window
              + "}}";
      assertThatThrownBy(() -> decode(ping)).isInstanceOf(MalformedMessageException.class);
    }
    assertThatThrownBy(() -> decode("{\"type\":\"credit\",\"data\":{}}"))
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void membersThatAreNotKnownComeOutToTheLetter() throws Exception {
    String entry =
        "{\"url\":\"u\",\"visitId\":\"1\",\"deviceId\":\"d\",\"visitTime\":1764000000000,"
            + "\"big\":12345678901234567890.1230,\"nested\":{\"a\":[1e5,null]},"
            + "\"pageContent\":{\"content\":\"secret\",\"summary\":\"s\",\"extractedAt\":1764000000000,"
            + "\"language\":\"de\"}}";

    Entry read = onlyEntry(entry);
    String written = text(new Payload.History(List.of(read), null, 0));

    assertThat(read.unknown().json())
        .isEqualTo(
            "{\"big\":12345678901234567890.1230,\"nested\":{\"a\":[1e5,null]},"
                + "\"pageContent\":{\"language\":\"de\"}}");
    assertThat(written)
        .contains("\"big\":12345678901234567890.1230")
        .contains("\"nested\":{\"a\":[1e5,null]}")
        .contains("\"language\":\"de\"")
        .contains("\"content\":\"\"")
        .doesNotContain("secret");
    assertThat(onlyEntry(written.substring(26, written.indexOf("],\"clientId\"")))).isEqualTo(read);
  }

  @Test
  void timesInSecondsAreTimesAllTheSame() throws Exception {
    Entry read =
        onlyEntry(
            "{\"url\":\"u\",\"visitId\":4001,\"deviceId\":\"d\",\"visitTime\":1764000000.25,"
                + "\"lastModified\":1764000000.5}");
    Message ping =
        decode(
            "{\"type\":\"ping\",\"data\":{\"timestamp\":1764000000.5},\"timestamp\":1764000000}");

    assertThat(read.visitTimeMillis()).isEqualTo(1_764_000_000_250.0);
    assertThat(read.lastModifiedMillis()).isEqualTo(1_764_000_000_500L);
    assertThat(read.visitId()).isEqualTo("4001");
    assertThat(ping.timestampMillis()).isEqualTo(1_764_000_000_000L);
    assertThat(text(new Payload.Pong(((Payload.Ping) ping.payload()).timestamp(), null)))
        .contains("{\"timestamp\":1764000000.5}");
  }

  @Test
  void anEntryThatIsUnusableCostsOnlyItself() throws Exception {
    String good = "{\"url\":\"u\",\"visitId\":\"1\",\"deviceId\":\"d\",\"visitTime\":1}";
    String longUrl =
        "{\"url\":\""
            + "u".repeat(Bounds.MAX_URL_CHARS + 1)
            + "\",\"visitId\":\"2\",\"deviceId\":\"d\"}";
    Payload.History read =
        (Payload.History)
            decode(
                    "{\"type\":\"history\",\"data\":["
                        + String.join(",", longUrl, "7", "{\"url\":\"u\"}", "null", "[{}]", good)
                        + "]}")
                .payload();

    assertThat(read.entries()).hasSize(1);
    assertThat(read.refused()).isEqualTo(5);
  }

  @Test
  void dataMayComeBeforeItsType() throws Exception {
    Message read =
        decode(
            "{\"timestamp\":1764000000000,\"data\":{\"lastSync\":1764000000000},\"type\":\"sync-request\"}");

    assertThat(read.payload())
        .isEqualTo(new Payload.SyncRequest(OptionalLong.of(1_764_000_000_000L), null));
  }

  @Test
  void longTextsAreCutBetweenCharacters() throws Exception {
    String title = "x".repeat(Bounds.MAX_TITLE_CHARS - 1) + "\uD83D\uDE80";
    Entry read =
        onlyEntry(
            "{\"url\":\"u\",\"visitId\":\"1\",\"deviceId\":\"d\",\"title\":\"" + title + "\"}");

    assertThat(read.title()).isEqualTo("x".repeat(Bounds.MAX_TITLE_CHARS - 1));
  }

  @Test
  void halfACharacterIsReplaced() throws Exception {
    Entry read =
        onlyEntry("{\"url\":\"u\",\"visitId\":\"1\",\"deviceId\":\"d\",\"title\":\"a\\ud800b\"}");

    assertThat(text(new Payload.History(List.of(read), null, 0))).contains("\"a\uFFFDb\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "7",
        "{}",
        "{\"type\":null}",
        "{\"type\":\"\"}",
        "{\"type\":\"ping\"}",
        "{\"type\":\"ping\",\"data\":{}}",
        "{\"type\":\"ping\",\"data\":[]}",
        "{\"type\":\"device\",\"data\":{}}",
        "{\"type\":\"history\",\"data\":[],\"data\":[]}",
        "{\"type\":\"history\",\"data\":[],\"feed\":{\"id\":\"f\",\"after\":3,\"upTo\":2,\"head\":9}}",
        "{\"type\":\"sync-request\",\"data\":{},\"feed\":{\"id\":\"f\"}}",
        "{\"type\":\"pong\",\"data\":{\"timestamp\":1}} {}"
      })
  void whatIsNoMessageIsRefused(String text) {
    assertThatThrownBy(() -> decode(text)).isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void depthAndLengthAreBounded() {
    String deep = "{\"type\":\"x\",\"data\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}";

    assertThatThrownBy(() -> decode(deep)).isInstanceOf(MalformedMessageException.class);
    assertThatThrownBy(() -> codec.decode(new byte[(1 << 20) + 1]))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("1048576");
  }

  @Test
  void whatVersionOneHasIsPackedAsItsJson() throws Exception {
    List<Payload> payloads =
        List.of(
            new Payload.Ping(1.5, new Hello(2, FEED)),
            new Payload.Pong(1.5, null),
            new Payload.SyncRequest(OptionalLong.empty(), new FeedPosition(FEED, 7)),
            new Payload.Other("note", "[1]"));

    for (Payload payload : payloads) {
      Message message = new Message(payload, "account", 1_764_000_000_000L);
      byte[] packed = codec.pack(message);
      assertThat(packed[0]).isZero();
      assertThat(codec.unpack(packed)).isEqualTo(message);
    }
  }

  @Test
  void versionOneKnowsNothingOfReconciling() throws Exception {
    Payload.Reconcile reconcile =
        new Payload.Reconcile(Payload.Reconcile.Step.DONE, FEED, 0, List.of());

    assertThatThrownBy(() -> text(reconcile)).isInstanceOf(IllegalArgumentException.class);
    assertThat(decode("{\"type\":\"reconcile\",\"data\":[1]}").payload())
        .isEqualTo(new Payload.Other("reconcile", "[1]"));
  }

  @Test
  void recordsThatAreNoneAreRefused() {
    for (byte[] packed : new byte[][] {{}, {3}, {-1, 0}, {0}, {1}, {2}, new byte[(1 << 20) + 1]}) {
      assertThatThrownBy(() -> codec.unpack(packed)).isInstanceOf(MalformedMessageException.class);
    }
  }

  private Entry onlyEntry(String json) throws MalformedMessageException {
    Payload.History read =
        (Payload.History) decode("{\"type\":\"history\",\"data\":[" + json + "]}").payload();
    assertThat(read.entries()).hasSize(1);
    return read.entries().get(0);
  }

  private Message decode(String text) throws MalformedMessageException {
    return codec.decode(text.getBytes(StandardCharsets.UTF_8));
  }

  private String text(Payload payload) {
    return new String(
        codec.encode(new Message(payload, "account", 1_764_000_000_000L)), StandardCharsets.UTF_8);
  }
}
