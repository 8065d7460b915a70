// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.handler.standard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.DeviceName;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.sync.DeviceNames;
import org.chroniclesync.testkits.handler.MessageHandlerContract;
import org.chroniclesync.testkits.handler.RecordingSession;
import org.junit.jupiter.api.Test;

class DeviceNamesHandlerTest extends MessageHandlerContract {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long NOW = 1_764_000_000_000L;
  private static final Clock CLOCK = Clock.fixed(Instant.ofEpochMilli(NOW), ZoneOffset.UTC);
  private static final PeerId SELF = PeerId.ofNode("self");
  private static final DeviceId OWN = new DeviceId(SELF.value());
  private static final DeviceId PHONE = new DeviceId("phone");

  private final StoreHistory history = new StoreHistory();
  private final DeviceNamesHandler handler = handler(history);

  private static DeviceNamesHandler handler(StoreHistory history) {
    return new DeviceNamesHandler(history, SELF, "laptop", CLOCK);
  }

  @Override
  protected Provided provide() throws Exception {
    DeviceNamesHandler full = handler(new StoreHistory());
    full.rename(PHONE, "mine");
    return new Provided(
        full,
        Set.of(Payload.DeviceNames.TYPE),
        List.of(new Payload.DeviceNames(List.of(), true), names(false, phone("mine", 1))));
  }

  private static DeviceName phone(String name, long at) {
    return new DeviceName(PHONE, "", "", 0, name, at);
  }

  private static Payload.DeviceNames names(boolean asks, DeviceName... names) {
    return new Payload.DeviceNames(List.of(names), asks);
  }

  private static DeviceName told(DeviceId device, String profile, long at) {
    return new DeviceName(device, "laptop", profile, at, "", 0);
  }

  @Test
  void aNodeTellsAllThatItKnowsAndAsks() throws Exception {
    DeviceId browser = new DeviceId("cs-1");
    handler.tell(browser, "Work");
    RecordingSession session = RecordingSession.withNode("a");

    session.open(handler);

    assertThat(session.sent()).hasSize(1);
    Payload.DeviceNames sent = (Payload.DeviceNames) session.sent().get(0);
    assertThat(sent.asks()).isTrue();
    assertThat(sent.names())
        .containsExactlyInAnyOrder(told(OWN, "", NOW), told(browser, "Work", NOW));
  }

  @Test
  void aClientOfVersionOneHearsNothing() throws Exception {
    RecordingSession session = RecordingSession.withClient("a");
    session.open(handler);
    handler.rename(PHONE, "mine");
    session.close(handler);
    assertThat(session.sent()).isEmpty();
  }

  @Test
  void whoAsksGetsWhatItLacksAndNoMore() throws Exception {
    handler.rename(PHONE, "mine");
    DeviceId browser = new DeviceId("cs-1");
    handler.tell(browser, "");
    RecordingSession session = RecordingSession.withNode("a");

    session.deliver(handler, names(true, phone("mine", NOW)));
    session.deliver(handler, names(true, phone("mine", NOW), told(browser, "", NOW)));

    assertThat(session.sent()).containsExactly(names(false, told(browser, "", NOW)));
  }

  @Test
  void aChangeGoesToAllSessionsButTheOneItCameFrom() throws Exception {
    RecordingSession one = RecordingSession.withNode("a");
    RecordingSession other = RecordingSession.withNode("b");
    one.open(handler);
    other.open(handler);

    one.deliver(handler, names(false, phone("mine", 5)));
    one.deliver(handler, names(false, phone("mine", 5)));

    await().atMost(PATIENCE).untilAsserted(() -> assertThat(other.sent()).hasSize(2));
    assertThat(other.sent().get(1)).isEqualTo(names(false, phone("mine", 5)));
    handler.rename(PHONE, "hers");
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(one.sent()).hasSize(2));
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(other.sent()).hasSize(3));
    assertThat(one.sent().get(1)).isEqualTo(names(false, phone("hers", NOW)));
    one.close(handler);
    other.close(handler);
  }

  @Test
  void theLaterOneStandsOfEachNote() throws Exception {
    RecordingSession session = RecordingSession.withNode("a");
    session.deliver(handler, names(false, new DeviceName(PHONE, "pc", "Work", 9, "new", 2)));
    session.deliver(handler, names(false, new DeviceName(PHONE, "old", "Old", 8, "newer", 3)));
    assertThat(handler.all())
        .isEqualTo(Map.of(PHONE, new DeviceName(PHONE, "pc", "Work", 9, "newer", 3)));
  }

  @Test
  void twoNodesComeToTheSameWhateverTheOrder() throws Exception {
    DeviceNamesHandler other = handler(new StoreHistory());
    RecordingSession session = RecordingSession.withNode("a");
    DeviceName one = new DeviceName(PHONE, "pc", "Work", 9, "b", 2);
    DeviceName two = new DeviceName(PHONE, "pc", "Play", 9, "a", 2);
    session.deliver(handler, names(false, one));
    session.deliver(handler, names(false, two));
    session.deliver(other, names(false, two));
    session.deliver(other, names(false, one));
    assertThat(handler.all()).isEqualTo(other.all());
  }

  @Test
  void aNameFromAWrongClockDoesNotStandForEver() throws Exception {
    RecordingSession session = RecordingSession.withNode("a");
    long ahead = NOW + DeviceName.MAX_AHEAD_MILLIS + 1;
    session.deliver(handler, names(false, phone("from 2099", ahead)));
    assertThat(handler.all()).isEmpty();

    DeviceNamesHandler later =
        new DeviceNamesHandler(
            history, SELF, "laptop", Clock.offset(CLOCK, java.time.Duration.ofDays(400)));
    later.rename(PHONE, "from next year");
    DeviceNamesHandler again = handler(history);
    again.rename(PHONE, "of now");
    assertThat(again.all()).isEqualTo(Map.of(PHONE, phone("of now", NOW)));
  }

  @Test
  void whatIsKnownOutlivesTheHandlerAndIsKeptByAnotherStore() throws Exception {
    handler.rename(PHONE, "mine");
    assertThat(handler(history).all()).isEqualTo(Map.of(PHONE, phone("mine", NOW)));

    history.replace();
    handler.tell(OWN, "");
    assertThat(handler(history).all())
        .isEqualTo(Map.of(PHONE, phone("mine", NOW), OWN, told(OWN, "", NOW)));
  }

  @Test
  void aNameTakenBackIsTakenBackEverywhere() throws Exception {
    handler.rename(PHONE, "mine");
    handler.rename(PHONE, "");
    RecordingSession session = RecordingSession.withNode("a");
    session.deliver(handler, names(false, phone("mine", NOW)));
    assertThat(handler.all().get(PHONE).name()).isEmpty();
  }

  @Test
  void moreDevicesThanThereIsRoomForAreSaid() throws Exception {
    RecordingSession session = RecordingSession.withNode("a");
    DeviceName[] many = new DeviceName[DeviceNames.MAX_DEVICES];
    for (int i = 0; i < many.length; i++) {
      many[i] = new DeviceName(new DeviceId("d" + i), "", "", 0, "n", 1);
    }
    assertThat(handler.parts()).isEmpty();
    session.deliver(handler, names(false, many));
    session.deliver(handler, names(false, phone("one more", 1)));

    assertThat(handler.all()).hasSize(DeviceNames.MAX_DEVICES).doesNotContainKey(PHONE);
    assertThat(handler.parts()).hasSize(1);
    assertThatThrownBy(() -> handler.rename(PHONE, "mine"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("256");
  }

  @Test
  void aTooLongNameIsRefusedAndATooLongProfileIsCut() throws Exception {
    assertThatThrownBy(() -> handler.rename(PHONE, "x".repeat(101)))
        .isInstanceOf(IllegalArgumentException.class);
    handler.tell(PHONE, "x".repeat(99) + "\ud83d\ude80 \u001b[2J");
    assertThat(handler.all().get(PHONE).profile()).isEqualTo("x".repeat(99));
  }

  @Test
  void aHostIsCalledWithoutItsDomain() {
    assertThat(Computer.shortened("laptop.local\n")).isEqualTo("laptop");
    assertThat(Computer.shortened("localhost")).isEmpty();
    assertThat(Computer.shortened("")).isEmpty();
  }
}
