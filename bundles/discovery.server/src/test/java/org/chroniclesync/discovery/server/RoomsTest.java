// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class RoomsTest {
  private static final class Recorder implements Outlet {
    final List<String> sent = new ArrayList<>();
    final List<CloseCode> closeCodes = new ArrayList<>();
    boolean stuck;

    @Override
    public synchronized void send(String text, Runnable done) {
      sent.add(text);
      if (!stuck) {
        done.run();
      }
    }

    @Override
    public synchronized void close(CloseCode closeCode) {
      closeCodes.add(closeCode);
    }
  }

  private static final Origin HERE = new Origin("here");

  private final Rooms rooms =
      new Rooms(new Limits(LimitValues.of(TestConfig.of(Map.of("connections", 8)))), new Counts());

  private static Member member(String room, String peer, Outlet outlet) {
    return new Member(new RoomId(room), new PeerId(peer), HERE, false, outlet, 65_536);
  }

  @Test
  void aReplacedConnectionCanNoLongerSpeakAndItsEndTellsNobody() {
    Recorder ann = new Recorder();
    Recorder old = new Recorder();
    rooms.join(member("r", "ann", ann));
    Member before = member("r", "bob", old);
    rooms.join(before);
    rooms.join(member("r", "bob", new Recorder()));
    rooms.handle(before, new Request.Relay(new PeerId("ann"), "{}"));
    rooms.leave(before);
    assertThat(old.closeCodes).containsExactly(CloseCode.REPLACED);
    assertThat(ann.sent).containsExactly(Reply.joined(new PeerId("bob")));
    assertThat(rooms.count()).isEqualTo(new Rooms.Count(1, 2));
  }

  @Test
  void emptyRoomsAreForgotten() {
    Member ann = member("r", "ann", new Recorder());
    rooms.join(ann);
    rooms.leave(ann);
    rooms.leave(ann);
    assertThat(rooms.count()).isEqualTo(new Rooms.Count(0, 0));
  }

  @Test
  void whoIsNotLetInIsToldAndLeavesNoTrace() {
    Recorder ninth = new Recorder();
    for (int i = 0; i < 8; i++) {
      rooms.join(member("r", "p" + i, new Recorder()));
    }
    Member refused = member("r", "p8", ninth);
    rooms.join(refused);
    rooms.leave(refused);
    assertThat(ninth.closeCodes).containsExactly(CloseCode.full(Refusal.SERVICE_FULL, 30));
    assertThat(rooms.count().peers()).isEqualTo(8);
  }

  @Test
  void aSlowReaderIsClosedOnceItsShareIsFull() {
    Recorder slow = new Recorder();
    slow.stuck = true;
    rooms.join(member("r", "slow", slow));
    Member fast = member("r", "fast", new Recorder());
    rooms.join(fast);
    String signal = "{\"x\":\"" + "x".repeat(30_000) + "\"}";
    for (int i = 0; i < 10; i++) {
      rooms.handle(fast, new Request.Relay(new PeerId("slow"), signal));
    }
    assertThat(slow.sent).hasSize(3);
    assertThat(slow.closeCodes).isNotEmpty().containsOnly(CloseCode.TOO_SLOW);
  }

  @RepeatedTest(50)
  void everybodyHearsJoiningAndLeavingInOrder() throws Exception {
    Rooms crowd = new Rooms(new Limits(LimitValues.of(TestConfig.of(Map.of()))), new Counts());
    Recorder watcher = new Recorder();
    crowd.join(member("r", "watcher", watcher));
    ExecutorService pool = Executors.newFixedThreadPool(4);
    CountDownLatch start = new CountDownLatch(1);
    List<Future<?>> work = new ArrayList<>();
    for (int thread = 0; thread < 4; thread++) {
      String name = "peer" + thread % 2;
      work.add(
          pool.submit(
              () -> {
                start.await();
                for (int i = 0; i < 200; i++) {
                  Member member = member("r", name, new Recorder());
                  crowd.join(member);
                  if (ThreadLocalRandom.current().nextBoolean()) {
                    crowd.handle(member, new Request.GetPeers());
                  }
                  crowd.leave(member);
                }
                return null;
              }));
    }
    start.countDown();
    for (Future<?> done : work) {
      done.get(30, TimeUnit.SECONDS);
    }
    pool.shutdown();
    assertThat(crowd.count()).isEqualTo(new Rooms.Count(1, 1));
    for (String name : List.of("peer0", "peer1")) {
      assertAlternates(watcher.sent, new PeerId(name));
    }
  }

  private static void assertAlternates(List<String> heard, PeerId peer) {
    List<String> about = heard.stream().filter(text -> text.contains(peer.value())).toList();
    for (int i = 0; i < about.size(); i++) {
      assertThat(about.get(i)).isEqualTo(i % 2 == 0 ? Reply.joined(peer) : Reply.left(peer));
    }
    assertThat(about.size() % 2).isZero();
  }
}
