// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryDigest;
import org.chroniclesync.api.history.EntryId;
import org.chroniclesync.api.history.PageSummary;
import org.chroniclesync.api.history.UnknownFields;
import org.chroniclesync.api.message.Message;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.Payload.Reconcile.Fingerprinted;
import org.chroniclesync.api.message.Payload.Reconcile.Listed;
import org.chroniclesync.api.message.Payload.Reconcile.Part;
import org.chroniclesync.api.message.Payload.Reconcile.Skipped;
import org.chroniclesync.api.message.Payload.Reconcile.Step;
import org.chroniclesync.api.message.Payload.Reconcile.Wanted;
import org.chroniclesync.api.message.Segment;
import org.chroniclesync.api.storage.Bound;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.api.storage.Fingerprint;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The records that other implementations are tried on hold what is written beside them. */
class PackedVectorsTest {
  private static final int VECTORS = 5;

  private final JacksonMessageCodec codec = new JacksonMessageCodec();

  @TestFactory
  Stream<DynamicTest> everyRecordHoldsWhatItSays() throws IOException {
    try (InputStream file = PackedVectorsTest.class.getResourceAsStream("/packed-v2.json")) {
      JsonNode vectors = new ObjectMapper().readTree(file);
      assertThat(vectors).hasSize(VECTORS);
      return stream(vectors)
          .map(vector -> DynamicTest.dynamicTest(vector.get("name").asText(), () -> check(vector)));
    }
  }

  private void check(JsonNode vector) throws Exception {
    byte[] packed = HexFormat.of().parseHex(vector.get("record").asText());
    Message due = message(vector.get("message"));

    assertThat(codec.unpack(packed)).isEqualTo(due);
    assertThat(codec.unpack(codec.pack(due))).isEqualTo(due);
  }

  private static Message message(JsonNode json) {
    return new Message(
        payload(json), json.get("clientId").asText(), json.get("timestamp").asLong());
  }

  private static Payload payload(JsonNode json) {
    String type = json.get("type").asText();
    if (type.equals(Payload.Reconcile.TYPE)) {
      return new Payload.Reconcile(
          Step.valueOf(json.get("step").asText()),
          new FeedId(json.get("feed").asText()),
          json.get("head").asLong(),
          stream(json.get("parts")).map(PackedVectorsTest::part).toList());
    }
    List<Entry> entries = stream(json.get("entries")).map(PackedVectorsTest::entry).toList();
    JsonNode feed = json.get("feed");
    Segment segment =
        feed.isNull()
            ? null
            : new Segment(
                new FeedId(feed.get("id").asText()),
                feed.get("after").asLong(),
                feed.get("upTo").asLong(),
                feed.get("head").asLong());
    return type.equals(Payload.History.TYPE)
        ? new Payload.History(entries, segment, 0)
        : new Payload.SyncResponse(entries, segment, 0);
  }

  private static Part part(JsonNode json) {
    JsonNode time = json.get("untilTime");
    Bound until =
        time.isNull()
            ? Bound.END
            : new Bound(
                time.asDouble(),
                json.has("untilVisitId")
                    ? new EntryId(
                        new DeviceId(json.get("untilDeviceId").asText()),
                        json.get("untilVisitId").asText())
                    : null);
    List<EntryDigest> digests = new ArrayList<>();
    json.path("digests")
        .forEach(
            digest ->
                digests.add(
                    new EntryDigest(
                        HexFormat.fromHexDigitsToLong(digest.asText(), 0, 16),
                        HexFormat.fromHexDigitsToLong(digest.asText(), 16, 32))));
    return switch (json.get("kind").asText()) {
      case "skip" -> new Skipped(until);
      case "fingerprint" ->
          new Fingerprinted(
              until,
              new Fingerprint(
                  json.get("count").asLong(), digests.get(0).high(), digests.get(0).low()));
      case "list" -> new Listed(until, digests);
      default -> new Wanted(until, digests);
    };
  }

  private static Entry entry(JsonNode json) {
    JsonNode page = json.get("pageContent");
    return new Entry(
        new Device(
            new DeviceId(json.get("deviceId").asText()),
            json.get("platform").asText(),
            json.get("userAgent").asText(),
            json.get("browserName").asText(),
            json.get("browserVersion").asText()),
        json.get("visitId").asText(),
        json.get("url").asText(),
        json.get("title").asText(),
        json.get("visitTime").asDouble(),
        json.get("referringVisitId").asText(),
        json.get("transition").asText(),
        json.get("lastModified").asLong(),
        json.get("deleted").asBoolean(),
        page.isNull()
            ? null
            : new PageSummary(page.get("summary").asText(), page.get("extractedAt").asDouble()),
        new UnknownFields(json.get("unknown").asText()));
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }
}
