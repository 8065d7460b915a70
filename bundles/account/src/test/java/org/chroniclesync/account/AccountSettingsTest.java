// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.message.Message;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.Session;
import org.chroniclesync.api.sync.SharedSettings;
import org.chroniclesync.storage.memory.MemoryHistoryStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AccountSettingsTest {
  private final List<Side> sides = new ArrayList<>();
  private final Deque<Delivery> wire = new ArrayDeque<>();

  /** A message on its way. */
  private record Delivery(Side to, Session at, Payload payload) {}

  /** A node, as far as it is about settings. */
  private final class Side {
    private final StoredHistory history = new StoredHistory();
    private final SettingsHandler handler = new SettingsHandler();
    private final AccountSettings settings = new AccountSettings(history, handler);

    Side() {
      sides.add(this);
      settings.start();
    }
  }

  /** One end of a session; what it sends waits until the test delivers it. */
  private final class End implements Session {
    private final Side far;
    private End other = this;

    End(Side far) {
      this.far = far;
    }

    @Override
    public PeerId peer() {
      return new PeerId("peer");
    }

    @Override
    public int version() {
      return 2;
    }

    @Override
    public void send(Payload payload) {
      synchronized (wire) {
        wire.add(new Delivery(far, other, payload));
        wire.notifyAll();
      }
    }
  }

  @AfterEach
  void stop() {
    sides.forEach(side -> side.settings.stop());
  }

  private void connect(Side one, Side other) throws Exception {
    End here = new End(other);
    End there = new End(one);
    here.other = there;
    there.other = here;
    one.handler.opened(here);
    other.handler.opened(there);
  }

  /** Delivers until all know the same and nothing is on its way; 10,000 messages are too many. */
  private int untilEqual() throws Exception {
    int delivered = 0;
    while (true) {
      Delivery next;
      synchronized (wire) {
        if (wire.isEmpty() && isEqual()) {
          return delivered;
        }
        if (wire.isEmpty()) {
          wire.wait(30_000);
        }
        next = wire.poll();
      }
      assertThat(next).as("something is on its way while they differ").isNotNull();
      next.to().handler.handle(next.at(), new Message(next.payload(), "somebody", 0));
      assertThat(++delivered).isLessThan(10_000);
    }
  }

  private boolean isEqual() throws Exception {
    for (Side side : sides) {
      if (!side.settings.all("").equals(sides.get(0).settings.all(""))) {
        return false;
      }
    }
    return true;
  }

  @Test
  void whatOneSetAnotherHasWhenTheyMeet() throws Exception {
    Side laptop = new Side();
    Side phone = new Side();
    laptop.settings.put("rule/1", "host example.org");
    phone.settings.put("name", "phone");
    connect(laptop, phone);
    untilEqual();
    assertThat(phone.settings.all("rule/")).containsEntry("rule/1", "host example.org");
    assertThat(laptop.settings.all("")).hasSize(2);
  }

  @Test
  void aNodeBetweenTwoPassesOn() throws Exception {
    Side laptop = new Side();
    Side phone = new Side();
    Side tablet = new Side();
    connect(laptop, phone);
    connect(phone, tablet);
    tablet.settings.put("rule/2", "host two.example");
    laptop.settings.put("rule/1", "host one.example");
    untilEqual();
    assertThat(phone.settings.all("rule/"))
        .containsOnly(
            Map.entry("rule/1", "host one.example"), Map.entry("rule/2", "host two.example"));
    phone.settings.remove("rule/1");
    untilEqual();
    assertThat(laptop.settings.all("")).containsOnlyKeys("rule/2");
    laptop.settings.put("rule/1", "host again.example");
    untilEqual();
    assertThat(tablet.settings.all("")).containsEntry("rule/1", "host again.example");
  }

  @Test
  void twoFullMapsBecomeOneInBoundedMessages() throws Exception {
    Side laptop = new Side();
    Side phone = new Side();
    String value = "v".repeat(SharedSettings.MAX_VALUE_CHARS);
    for (int from = 0; from < 600; from += 200) {
      laptop.settings.learn(some("laptop", from, value));
      phone.settings.learn(some("phone", from, value));
    }
    connect(laptop, phone);
    int messages = untilEqual();
    assertThat(messages).isLessThan(400);
    assertThat(laptop.settings.all("")).hasSize(SharedSettings.MAX_KEYS);
  }

  private static List<Setting> some(String name, int from, String value) {
    return IntStream.range(from, from + 200)
        .mapToObj(i -> new Setting(name + "/" + i, i, value))
        .toList();
  }

  @Test
  void aFullMapTakesNoMore() throws Exception {
    Side laptop = new Side();
    for (int from = 0; from < SharedSettings.MAX_KEYS; from += 200) {
      laptop.settings.learn(some("key", from, "value"));
    }
    assertThatThrownBy(() -> laptop.settings.put("one/more", "value"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("remove some");
    laptop.settings.remove("key/5");
    // The removal is the newest; what is oldest then is a value.
    assertThatThrownBy(() -> laptop.settings.put("one/more", "value"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aValueFromTheFutureWaitsForItsTime() throws Exception {
    Side laptop = new Side();
    long ahead = System.currentTimeMillis() + 2 * AccountSettings.MAX_AHEAD_MILLIS;
    End end = new End(laptop);
    laptop.handler.opened(end);
    laptop.handler.handle(
        end,
        new Message(
            new SettingsMessage.Told(
                    List.of(new Setting("a", ahead, "far"), new Setting("b", 1, "past")), false)
                .payload(),
            "somebody",
            0));
    assertThat(laptop.settings.all("")).containsOnly(Map.entry("b", "past"));
  }

  @Test
  void theySurviveARestartAndAnotherStore() throws Exception {
    Side laptop = new Side();
    laptop.settings.put("a", "1");
    AccountSettings restarted = new AccountSettings(laptop.history, new SettingsHandler());
    assertThat(restarted.all("")).containsEntry("a", "1");
    laptop.history.replace(new MemoryHistoryStore(10));
    laptop.settings.put("b", "2");
    AccountSettings later = new AccountSettings(laptop.history, new SettingsHandler());
    assertThat(later.all("")).containsOnly(Map.entry("a", "1"), Map.entry("b", "2"));
  }
}
