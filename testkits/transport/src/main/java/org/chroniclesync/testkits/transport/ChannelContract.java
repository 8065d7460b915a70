// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.chroniclesync.api.transport.Channel;
import org.chroniclesync.api.transport.ChannelClosedException;
import org.chroniclesync.api.transport.CloseReason;
import org.chroniclesync.api.transport.Frame;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** The rules of {@link Channel}. */
public abstract class ChannelContract extends TransportKit {
  /** More than this must not be between a sender and a receiver that takes nothing. */
  public static final int MOST_BYTES_ON_THE_WAY = 32 * 1024 * 1024;

  private static final Duration AT_ONCE = Duration.ofMillis(1);
  private static final int LEAST_MAX_FRAME_BYTES = 16_384;

  /** For subclasses. */
  protected ChannelContract() {}

  @Test
  void c1_framesArriveWholeAndInOrder() throws Exception {
    Ends ends = connect();
    Work<Integer> sender =
        closing(
            Work.begin(
                () -> {
                  for (int i = 0; i < 2_000; i++) {
                    ends.left().send(frame(i));
                  }
                  return 2_000;
                }));

    for (int i = 0; i < 2_000; i++) {
      assertSame(ends.right().receive(patience()), frame(i));
    }
    assertThat(sender.get(patience())).isEqualTo(2_000);
    assertThat(ends.right().receive(AT_ONCE)).isNull();
  }

  @Test
  void c2_aFrameOfTheGreatestLengthArrives() throws Exception {
    Ends ends = connect();
    int most = ends.left().maxFrameBytes();
    assertThat(most).isEqualTo(ends.right().maxFrameBytes());
    assertThat(most).isGreaterThanOrEqualTo(LEAST_MAX_FRAME_BYTES);
    byte[] bytes = new byte[most];
    bytes[most - 1] = 7;

    ends.left().send(new Frame.Binary(bytes));
    ends.right().send(new Frame.Text("é".repeat(most / 2)));

    assertSame(ends.right().receive(patience()), new Frame.Binary(bytes));
    assertThat(ends.left().receive(patience())).isEqualTo(new Frame.Text("é".repeat(most / 2)));
  }

  @Test
  void c2_aLongerFrameIsRefusedAndTheChannelGoesOn() throws Exception {
    Ends ends = connect();
    int most = ends.left().maxFrameBytes();

    assertThatThrownBy(() -> ends.left().send(new Frame.Binary(new byte[most + 1])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(String.valueOf(most + 1));
    // A text counts as its UTF-8 bytes.
    assertThatThrownBy(() -> ends.left().send(new Frame.Text("é".repeat(most / 2 + 1))))
        .isInstanceOf(IllegalArgumentException.class);
    exchange(ends.left(), ends.right());
  }

  @RepeatedTest(3)
  void c3_manySendersBothWaysDoNotMixUp() throws Exception {
    Ends ends = connect();
    List<Work<Integer>> senders = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      int number = i;
      for (Channel channel : List.of(ends.left(), ends.right())) {
        senders.add(closing(Work.begin(() -> sendNumbered(channel, number, 500))));
      }
    }
    Work<Integer> left = closing(Work.begin(() -> takeNumbered(ends.left(), 3, 500)));
    Work<Integer> right = closing(Work.begin(() -> takeNumbered(ends.right(), 3, 500)));

    assertThat(left.get(patience())).isEqualTo(1_500);
    assertThat(right.get(patience())).isEqualTo(1_500);
    for (Work<Integer> sender : senders) {
      assertThat(sender.get(patience())).isEqualTo(500);
    }
  }

  @Test
  void c4_aReceiverThatTakesNothingHoldsTheSenderOrCutsItOff() throws Exception {
    Ends ends = connect();
    int length = ends.left().maxFrameBytes();
    int frames = MOST_BYTES_ON_THE_WAY / length + 1;
    AtomicInteger sent = new AtomicInteger();
    Work<Boolean> sender =
        closing(
            Work.begin(
                () -> {
                  while (sent.get() < frames) {
                    ends.left().send(numbered(sent.get(), length));
                    sent.incrementAndGet();
                  }
                  return true;
                }));

    until(() -> sender.isDone() || stands(sender, sent));

    assertThat(sent.get()).as("frames on the way").isLessThan(frames);
    Throwable end = take(ends.right(), frames);
    if (end != null) {
      // It was cut off, be it just now: what stood was still on its way. The receiver knows why.
      assertThat(reason(end).kind()).isEqualTo(CloseReason.Kind.VIOLATION);
    } else {
      assertThat(sender.get(patience())).isTrue();
      exchange(ends.left(), ends.right());
    }
  }

  @RepeatedTest(3)
  void c4_aFrameEachWayIsTakenWhileNobodyReceives() throws Exception {
    Ends ends = connect();
    int length = ends.left().maxFrameBytes();
    for (int i = 0; i < 3; i++) {
      int number = i;
      for (Channel channel : List.of(ends.left(), ends.right())) {
        Work<Boolean> sender =
            closing(
                Work.begin(
                    () -> {
                      channel.send(numbered(number, length));
                      return true;
                    }));
        assertThat(sender.get(patience())).isTrue();
      }
      assertThat(number(ends.right().receive(patience()))).isEqualTo(number);
      assertThat(number(ends.left().receive(patience()))).isEqualTo(number);
    }
  }

  @RepeatedTest(3)
  void c5_closingFreesThoseThatWait() throws Exception {
    Ends ends = connect();
    AtomicInteger sent = new AtomicInteger();
    Work<Throwable> sender = closing(Work.begin(() -> sendUntilTheEnd(ends.left(), sent)));
    Work<Throwable> receiver = closing(Work.begin(() -> drain(ends.left())));
    until(() -> sender.isDone() || stands(sender, sent));

    ends.left().close();

    assertThat(sender.get(patience())).isInstanceOf(ChannelClosedException.class);
    assertThat(receiver.get(patience())).isInstanceOf(ChannelClosedException.class);
    assertThat(drain(ends.right())).isInstanceOf(ChannelClosedException.class);
  }

  @RepeatedTest(3)
  void c5_thePeersEndFreesThoseThatWait() throws Exception {
    Ends ends = connect();
    AtomicInteger sent = new AtomicInteger();
    Work<Throwable> sender = closing(Work.begin(() -> sendUntilTheEnd(ends.left(), sent)));
    Work<Throwable> receiver = closing(Work.begin(() -> drain(ends.left())));
    until(() -> sender.isDone() || stands(sender, sent));

    ends.right().close();

    assertThat(sender.get(patience())).isInstanceOf(ChannelClosedException.class);
    assertThat(receiver.get(patience())).isInstanceOf(ChannelClosedException.class);
  }

  @Test
  void c6_eachSideKnowsWhoEndedIt() throws Exception {
    Ends ends = connect();
    CloseReason mine = new CloseReason(CloseReason.Kind.VIOLATION, "nonsense was said");

    ends.left().close(mine);
    ends.left().close();

    assertThat(reason(drain(ends.left()))).isEqualTo(mine);
    assertThatThrownBy(() -> ends.left().send(new Frame.Text("more")))
        .isInstanceOfSatisfying(
            ChannelClosedException.class, e -> assertThat(e.reason()).isEqualTo(mine));
    CloseReason theirs = reason(drain(ends.right()));
    assertThat(theirs.kind()).isEqualTo(CloseReason.Kind.REMOTE);
    assertThat(theirs.sentence()).contains(" ").doesNotContain("nonsense");
    assertThatThrownBy(() -> ends.right().send(new Frame.Text("more")))
        .isInstanceOf(ChannelClosedException.class);
  }

  @RepeatedTest(3)
  void c7_whatArrivedBeforeTheEndIsHandedOut() throws Exception {
    Ends ends = connect();
    AtomicInteger sent = new AtomicInteger();
    Work<Integer> sender =
        closing(
            Work.begin(
                () -> {
                  for (int i = 0; i < 20; i++) {
                    ends.left().send(frame(i));
                    sent.incrementAndGet();
                  }
                  return sent.get();
                }));
    until(() -> sender.isDone() || stands(sender, sent));
    int taken = 0;
    // Only one needs to have room. Each that is taken makes room for the next.
    while (!sender.isDone()) {
      int before = sent.get();
      assertSame(ends.right().receive(patience()), frame(taken++));
      until(() -> sent.get() > before || sender.isDone() || stands(sender, sent));
    }
    assertThat(sender.get(patience())).isEqualTo(20);
    assertThat(ends.left().flush(patience())).isTrue();
    // Once this is back, the others have come too: the channel keeps the order.
    ends.right().send(new Frame.Text("understood"));
    assertThat(ends.left().receive(patience())).isEqualTo(new Frame.Text("understood"));

    ends.left().close();
    until(() -> isOver(ends.right()));

    for (int i = taken; i < 20; i++) {
      assertSame(ends.right().receive(patience()), frame(i));
    }
    assertThatThrownBy(() -> ends.right().receive(patience()))
        .isInstanceOf(ChannelClosedException.class);
  }

  @Test
  void c7_whatArrivedIsHandedOutAfterAnEndOfOnesOwn() throws Exception {
    Ends ends = connect();
    ends.left().send(new Frame.Text("first"));
    assertThat(ends.right().receive(patience())).isEqualTo(new Frame.Text("first"));
    ends.left().send(new Frame.Text("second"));

    ends.right().close();

    List<Frame> rest = new ArrayList<>();
    assertThatThrownBy(
            () -> {
              while (true) {
                rest.add(ends.right().receive(patience()));
              }
            })
        .isInstanceOfSatisfying(
            ChannelClosedException.class,
            e -> assertThat(e.reason().kind()).isEqualTo(CloseReason.Kind.LOCAL));
    // Nobody outside knows whether the second was there, but nothing else was.
    assertThat(rest).isSubsetOf(new Frame.Text("second"));
  }

  @Test
  void c8_flushTellsWhetherAllHasLeft() throws Exception {
    Ends ends = connect();
    assertThat(ends.left().flush(AT_ONCE)).isTrue();
    AtomicInteger sent = new AtomicInteger();
    Work<Throwable> sender = closing(Work.begin(() -> sendUntilTheEnd(ends.left(), sent)));
    until(() -> sender.isDone() || stands(sender, sent));
    if (!sender.isDone()) {
      assertThat(ends.left().flush(AT_ONCE)).isFalse();
    }
  }

  @Test
  void c9_waitingEndsWithPatienceOrInterruption() throws Exception {
    Ends ends = connect();
    for (Duration patience : List.of(Duration.ZERO, AT_ONCE)) {
      Work<Frame> brief = closing(Work.begin(() -> ends.left().receive(patience)));
      assertThat(brief.get(patience())).isNull();
    }
    Work<Frame> receiver = closing(Work.begin(() -> ends.left().receive(patience())));
    until(receiver::isWaiting);

    receiver.interrupt();

    assertThatThrownBy(() -> receiver.get(patience())).isInstanceOf(InterruptedException.class);
    exchange(ends.left(), ends.right());
  }

  @Test
  void c10_theBindingIsThatOfTheConnection() throws Exception {
    Ends ends = connect();
    Ends others = connect();
    assertThat(ends.left().binding()).isEqualTo(ends.right().binding());
    assertThat(ends.left().binding().bytes().length).isGreaterThanOrEqualTo(16);
    assertThat(others.left().binding()).isEqualTo(others.right().binding());

    Running third = start();
    closing(third.stop()::run);
    End a = a();
    End c = new End(third.transport(), "node.b", "node.a", true, patience());
    End.introduce(a, c);
    a.link.offer();

    assertThat(a.channel().binding())
        .isEqualTo(c.channel().binding())
        .isNotEqualTo(ends.left().binding());
  }

  // --- Parts ------------------------------------------------------------------------------------

  /** Tells whether a sender waits and gets no further. */
  private static boolean stands(Work<?> sender, AtomicInteger sent) throws InterruptedException {
    int seen = sent.get();
    for (int i = 0; i < 20; i++) {
      Thread.sleep(25);
      if (!sender.isWaiting() || sent.get() != seen) {
        return false;
      }
    }
    return true;
  }

  private static Throwable sendUntilTheEnd(Channel channel, AtomicInteger sent) {
    byte[] bytes = new byte[channel.maxFrameBytes()];
    try {
      while (true) {
        channel.send(new Frame.Binary(bytes));
        sent.incrementAndGet();
      }
    } catch (Exception e) {
      return e;
    }
  }

  private static Frame numbered(int number, int length) {
    return new Frame.Binary(ByteBuffer.allocate(length).putInt(number).array());
  }

  private static int number(@Nullable Frame frame) {
    if (!(frame instanceof Frame.Binary binary)) {
      throw new AssertionError(frame);
    }
    return ByteBuffer.wrap(binary.bytes()).getInt();
  }

  /** Takes so many frames, none left out; returns what ended the channel before, or null. */
  private @Nullable Throwable take(Channel channel, int frames) throws Exception {
    try {
      for (int i = 0; i < frames; i++) {
        assertThat(number(channel.receive(patience()))).isEqualTo(i);
      }
      return null;
    } catch (ChannelClosedException e) {
      return e;
    }
  }

  /** Takes all until the end and returns it. */
  private Throwable drain(Channel channel) {
    try {
      while (channel.receive(patience()) != null) {
        // Not of interest.
      }
      throw new AssertionError("the channel does not end");
    } catch (Exception e) {
      return e;
    }
  }

  private static boolean isOver(Channel channel) throws InterruptedException {
    try {
      channel.send(new Frame.Text("are you there?"));
      return false;
    } catch (ChannelClosedException e) {
      return true;
    }
  }

  static CloseReason reason(Throwable end) {
    assertThat(end).isInstanceOf(ChannelClosedException.class);
    return ((ChannelClosedException) end).reason();
  }

  private static int sendNumbered(Channel channel, int sender, int count) throws Exception {
    for (int i = 0; i < count; i++) {
      channel.send(new Frame.Text(sender + " " + i + " " + "x".repeat(i * 7 % 3_000)));
    }
    return count;
  }

  private int takeNumbered(Channel channel, int senders, int each) throws Exception {
    int[] next = new int[senders];
    for (int taken = 0; taken < senders * each; taken++) {
      Frame frame = channel.receive(patience());
      if (!(frame instanceof Frame.Text text)) {
        throw new AssertionError(frame);
      }
      String[] words = text.text().split(" ", -1);
      int sender = Integer.parseInt(words[0]);
      assertThat(Integer.parseInt(words[1])).isEqualTo(next[sender]++);
      assertThat(words[2]).hasSize((next[sender] - 1) * 7 % 3_000);
    }
    return senders * each;
  }

  private static Frame frame(int number) {
    return number % 2 == 0
        ? new Frame.Text("frame " + number + " é " + "x".repeat(number))
        : new Frame.Binary(new byte[] {(byte) number, 0, (byte) (number >> 8)});
  }

  private static void assertSame(@Nullable Frame actual, Frame expected) {
    if (expected instanceof Frame.Binary binary) {
      assertThat(actual)
          .isInstanceOfSatisfying(
              Frame.Binary.class, is -> assertThat(is.bytes()).isEqualTo(binary.bytes()));
    } else {
      assertThat(actual).isEqualTo(expected);
    }
  }
}
