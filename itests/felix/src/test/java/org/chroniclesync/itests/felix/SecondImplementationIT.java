// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.felix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.PageSummary;
import org.chroniclesync.api.history.UnknownFields;
import org.chroniclesync.itests.harness.DiscoveryService;
import org.chroniclesync.itests.harness.NodeUnderTest;
import org.chroniclesync.testkits.history.SyntheticHistory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * An implementation that was written from {@code docs/protocol.md} alone reads the history of a
 * node of ours. So the document is enough, and true.
 */
@Timeout(900)
class SecondImplementationIT {
  private static final String MNEMONIC = "abandon ".repeat(23) + "art";
  private static final String ROOM = "ab557zwo";
  private static final String OTHER_MNEMONIC = "zoo ".repeat(23) + "vote";
  private static final Path VECTORS =
      Path.of("../../bundles/crypto.bouncycastle/src/test/resources/v2-vectors.json");
  private static final Path PACKED =
      Path.of("../../bundles/message/src/test/resources/packed-v2.json");
  private static final Path LOCAL_NETWORK =
      Path.of("../../bundles/discovery.mdns/src/test/resources/local-network-vectors.json");
  private static final String WEBRTC = "org.chroniclesync.transport.webrtc";
  private static final String LIBRARY = "org.chroniclesync.lib.webrtc";

  /** The reader's name sorts before the node's, so it is the one who offers. */
  private static final String OFFERS = "--before";

  /** It sorts behind. */
  private static final String ANSWERS = "--behind";

  private static final int PATIENCE_SECONDS = 90;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  /** For each, because tests of a class that is skipped as a whole are not counted as skipped. */
  @BeforeEach
  void needsNodeJs() throws Exception {
    assumeTrue(ReaderProcess.isPossible(), "there is no Node.js 20 or newer as 'node' on the PATH");
  }

  @Test
  void itsKeysFramesAndRecordsAreThoseOfTheVectors() throws Exception {
    try (ReaderProcess reader =
        ReaderProcess.start(
            folder, "check", VECTORS.toString(), PACKED.toString(), LOCAL_NETWORK.toString())) {
      assertThat(reader.await(PATIENCE_SECONDS)).as(reader.errors()).isZero();
      assertThat(reader.lines())
          .singleElement()
          .asString()
          .endsWith("values are as they should be");
    }
  }

  @Test
  void itOffersAndReadsAllThatANodeHolds() throws Exception {
    try (DiscoveryService service = DiscoveryService.start(folder.resolve("discovery"));
        NodeUnderTest node = plan(service).start()) {
      node.mergeEntries(history());
      reads(service, node, OFFERS);
    }
  }

  @Test
  void itAnswersAndReadsAllThatANodeHolds() throws Exception {
    try (DiscoveryService service = DiscoveryService.start(folder.resolve("discovery"));
        NodeUnderTest node = plan(service).without(WEBRTC).without(LIBRARY).start()) {
      node.mergeEntries(history());
      reads(service, node, ANSWERS);
    }
  }

  @Test
  void whatItSendsIsStored() throws Exception {
    Entry visit = odd().get(0);
    Path file = folder.resolve("entries.json");
    Files.writeString(file, "[" + json(visit) + "]");
    try (DiscoveryService service = DiscoveryService.start(folder.resolve("discovery"));
        NodeUnderTest node = plan(service).start();
        ReaderProcess reader = read(service, MNEMONIC, "--send", file.toString())) {
      assertThat(reader.await(PATIENCE_SECONDS)).as(reader.errors()).isZero();
      // It ended because the node acknowledged, and a node does that for what is durable.
      assertThat(node.entries()).containsExactly(visit);
    }
  }

  @Test
  void itGoesOnWithWhatIsRecordedMeanwhile() throws Exception {
    List<Entry> odd = odd();
    try (DiscoveryService service = DiscoveryService.start(folder.resolve("discovery"));
        NodeUnderTest node = plan(service).start();
        ReaderProcess reader = read(service, MNEMONIC, "--follow")) {
      node.mergeEntries(odd.subList(0, 1));
      until(() -> reader.lines().size() == 1);
      until(() -> node.peers().values().stream().allMatch(at -> at.state().equals("InSync")));

      node.syncNow();
      until(() -> reader.errors().contains("declined to compare"));

      node.mergeEntries(odd.subList(1, 2));
      until(() -> reader.lines().size() == 2);
      until(() -> node.peers().values().stream().allMatch(at -> at.state().equals("InSync")));
      assertThat(entries(reader)).isEqualTo(odd);
    }
  }

  @Test
  void withAnotherMnemonicItGetsNothing() throws Exception {
    try (DiscoveryService service = DiscoveryService.start(folder.resolve("discovery"));
        NodeUnderTest node = plan(service).start();
        ReaderProcess reader = read(service, OTHER_MNEMONIC, "--room", ROOM)) {
      node.mergeEntries(history());

      // The node, which could not open the reader's offer, makes one itself.
      until(() -> reader.errors().contains("a signal that cannot be opened: ignored"));

      assertThat(reader.lines()).isEmpty();
      assertThat(node.peers().values()).allMatch(peer -> peer.entriesOut() == 0);
    }
  }

  private void reads(DiscoveryService service, NodeUnderTest node, String order) throws Exception {
    try (ReaderProcess reader = read(service, MNEMONIC, order, node.self())) {
      assertThat(reader.await(PATIENCE_SECONDS)).as(reader.errors()).isZero();
      List<Entry> read = entries(reader);
      assertThat(read).isEqualTo(node.entries());
      assertThat(read).hasSize(history().size());
    }
  }

  private static void until(Callable<Boolean> condition) {
    await().atMost(Duration.ofSeconds(PATIENCE_SECONDS)).until(condition);
  }

  private ReaderProcess read(DiscoveryService service, String mnemonic, String... more)
      throws IOException {
    Path file = Files.writeString(Files.createTempFile(folder, "mnemonic", ""), mnemonic);
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("--discovery", service.url(), "--mnemonic-file", file.toString()));
    arguments.addAll(List.of("--timeout-seconds", Integer.toString(PATIENCE_SECONDS)));
    arguments.addAll(List.of(more));
    return ReaderProcess.start(folder, arguments.toArray(String[]::new));
  }

  private NodeUnderTest.Plan plan(DiscoveryService service) {
    return NodeUnderTest.in(folder.resolve("node"), MNEMONIC).discovery(service.url());
  }

  /** What browsers leave behind, and what is odd. */
  private static List<Entry> history() {
    List<Entry> entries = new ArrayList<>(new SyntheticHistory(7, 3).next(5_000));
    entries.add(entries.remove(4_000).tombstone(SyntheticHistory.BEGIN_MILLIS));
    entries.addAll(odd());
    return entries;
  }

  private static List<Entry> odd() {
    Device phone = new Device(new DeviceId("phone-1"), "iPhone", "Mozilla/5.0 é", "Safari", "18");
    return List.of(
        new Entry(
            phone,
            "007",
            "https://a.example/🚀?q=中",
            "東京 \"quoted\" \\ \u0001",
            1_764_000_000_000.1233,
            "",
            "typed",
            -1,
            false,
            new PageSummary("What it is about", 1_764_000_000_001.5),
            new UnknownFields("{\"starred\":1.50,\"pageContent\":{\"language\":\"de\"}}")),
        new Entry(
            phone,
            "4001",
            "https://a.example/",
            "",
            -0.0,
            "4000",
            "",
            Long.MIN_VALUE,
            true,
            null,
            UnknownFields.NONE));
  }

  private static List<Entry> entries(ReaderProcess reader) throws IOException {
    return reader.lines().stream().map(SecondImplementationIT::entry).toList();
  }

  private static Entry entry(String line) {
    try {
      JsonNode json = JSON.readTree(line);
      JsonNode page = json.get("pageContent");
      return new Entry(
          new Device(
              new DeviceId(text(json, "deviceId")),
              text(json, "platform"),
              text(json, "userAgent"),
              text(json, "browserName"),
              text(json, "browserVersion")),
          text(json, "visitId"),
          text(json, "url"),
          text(json, "title"),
          json.get("visitTime").doubleValue(),
          text(json, "referringVisitId"),
          text(json, "transition"),
          json.get("lastModified").longValue(),
          json.get("deleted").booleanValue(),
          page.isNull()
              ? null
              : new PageSummary(text(page, "summary"), page.get("extractedAt").doubleValue()),
          new UnknownFields(text(json, "unknown")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(JsonNode json, String member) {
    return json.get(member).textValue();
  }

  /** An entry as the reader takes it: the members are those that it prints. */
  private static String json(Entry entry) {
    var json = JSON.createObjectNode();
    json.put("deviceId", entry.device().id().value());
    json.put("platform", entry.device().platform());
    json.put("userAgent", entry.device().userAgent());
    json.put("browserName", entry.device().browserName());
    json.put("browserVersion", entry.device().browserVersion());
    json.put("visitId", entry.visitId());
    json.put("url", entry.url());
    json.put("title", entry.title());
    json.put("visitTime", entry.visitTimeMillis());
    json.put("referringVisitId", entry.referringVisitId());
    json.put("transition", entry.transition());
    json.put("lastModified", entry.lastModifiedMillis());
    json.put("deleted", entry.deleted());
    PageSummary page = entry.page();
    if (page != null) {
      json.putObject("pageContent")
          .put("summary", page.summary())
          .put("extractedAt", page.extractedAtMillis());
    }
    json.put("unknown", entry.unknown().json());
    return json.toString();
  }
}
