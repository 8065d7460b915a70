// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.chroniclesync.api.message.Message;
import org.chroniclesync.api.message.MessageHandler;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.Session;
import org.chroniclesync.api.transport.ChannelClosedException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** The kit catches each broken handler by the rule that it breaks, and lets a good one pass. */
class KitBitesTest {
  private static final String PATIENCE = "chroniclesync.kit.patienceSeconds";
  private static Fault fault = Fault.NONE;

  @AfterEach
  void mend() {
    fault = Fault.NONE;
    System.clearProperty(PATIENCE);
  }

  /** What a handler does wrong, with the rule that it breaks. */
  enum Fault {
    NONE(0),
    REFUSES_A_REPEATED_MESSAGE(1),
    OVERFLOWS_THE_STACK(2),
    GOES_ROUND_FOR_EVER(2),
    BREAKS_AFTER_A_BAD_MESSAGE(2),
    ANSWERS_THE_FIRST_SESSION(3),
    KNOWS_ONE_SESSION_ONLY(3),
    STOPS_AT_A_SESSION_THAT_HAS_ENDED(3),
    SWALLOWS_WHAT_THE_SESSION_THROWS(4),
    FORGETS_THE_INTERRUPT(5),
    TRIES_AGAIN_WHEN_INTERRUPTED(5),
    FORGETS_THE_INTERRUPT_OF_AN_OPENING(5),
    LEAVES_A_THREAD(6),
    LEAVES_THE_THREAD_OF_A_SESSION(6),
    SENDS_AFTER_THE_END(6),
    KEEPS_WHAT_HAS_ENDED(7),
    KEEPS_WHAT_ENDED_WHILE_IT_OPENED(7),
    CLOSES_THE_NEXT_SESSION_WITH_THE_PEER(7),
    CANNOT_CLOSE_WHAT_SAID_NOTHING(7);

    final int rule;

    Fault(int rule) {
      this.rule = rule;
    }
  }

  /** Answers an echo by an echo, and calls into each session, but for one fault. */
  private static final class EchoHandler implements MessageHandler {
    private static final Payload CALL = new Payload.Other("echo", "\"is anybody there?\"");

    private final List<Session> open = new CopyOnWriteArrayList<>();
    private final List<Session> opening = new CopyOnWriteArrayList<>();
    private final List<Session> ended = new CopyOnWriteArrayList<>();
    private final Set<Session> heard = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable Session> first = new AtomicReference<>();
    private final AtomicReference<@Nullable Payload> last = new AtomicReference<>();
    private volatile boolean broken;

    @Override
    public void opened(Session session) throws Exception {
      if (fault == Fault.KNOWS_ONE_SESSION_ONLY) {
        open.clear();
      }
      if (fault == Fault.LEAVES_THE_THREAD_OF_A_SESSION) {
        startThread();
      }
      if (fault == Fault.KEEPS_WHAT_ENDED_WHILE_IT_OPENED) {
        opening.add(session);
      }
      open.add(session);
      try {
        session.send(CALL);
      } catch (InterruptedException e) {
        if (fault != Fault.FORGETS_THE_INTERRUPT_OF_AN_OPENING) {
          throw e;
        }
      }
      opening.remove(session);
    }

    void call() throws InterruptedException, ChannelClosedException {
      for (Session session : open) {
        try {
          session.send(CALL);
        } catch (ChannelClosedException e) {
          if (fault == Fault.STOPS_AT_A_SESSION_THAT_HAS_ENDED) {
            throw e;
          }
        }
      }
    }

    @Override
    public void closed(Session session) {
      if (!heard.remove(session) && fault == Fault.CANNOT_CLOSE_WHAT_SAID_NOTHING) {
        throw new IllegalStateException("nothing was said");
      }
      switch (fault) {
        case SENDS_AFTER_THE_END -> {}
        case CLOSES_THE_NEXT_SESSION_WITH_THE_PEER ->
            open.removeIf(other -> other.peer().equals(session.peer()));
        default -> open.remove(session);
      }
      if (fault == Fault.KEEPS_WHAT_HAS_ENDED) {
        ended.add(session);
      }
    }

    @Override
    public void handle(Session session, Message message) throws Exception {
      if (open.contains(session)) {
        heard.add(session);
      }
      if (!(message.payload() instanceof Payload.Other other) || !other.json().equals("\"hear\"")) {
        refuse(message.payload());
        return;
      }
      if (broken || (fault == Fault.REFUSES_A_REPEATED_MESSAGE && last.get() == other)) {
        throw new IllegalStateException("refused");
      }
      last.set(other);
      if (fault == Fault.ANSWERS_THE_FIRST_SESSION) {
        first.compareAndSet(null, session);
      }
      if (fault == Fault.LEAVES_A_THREAD) {
        startThread();
      }
      answer(fault == Fault.ANSWERS_THE_FIRST_SESSION ? firstSession(session) : session, other);
    }

    private Session firstSession(Session session) {
      Session known = first.get();
      return known == null ? session : known;
    }

    private void refuse(Payload payload) {
      broken = fault == Fault.BREAKS_AFTER_A_BAD_MESSAGE;
      if (fault == Fault.OVERFLOWS_THE_STACK) {
        throw new StackOverflowError();
      }
      boolean hangs = payload instanceof Payload.Other other && other.json().equals("null");
      while (hangs && fault == Fault.GOES_ROUND_FOR_EVER) {
        LockSupport.parkNanos(1_000_000);
      }
      throw new IllegalArgumentException("no echo: " + payload.type());
    }

    private static void answer(Session session, Payload payload) throws Exception {
      try {
        session.send(payload);
      } catch (ChannelClosedException e) {
        if (fault != Fault.SWALLOWS_WHAT_THE_SESSION_THROWS) {
          throw e;
        }
      } catch (InterruptedException e) {
        if (fault == Fault.TRIES_AGAIN_WHEN_INTERRUPTED) {
          session.send(payload);
        }
        if (fault != Fault.FORGETS_THE_INTERRUPT) {
          throw e;
        }
      }
    }

    private static void startThread() {
      CountDownLatch never = new CountDownLatch(1);
      Thread thread =
          new Thread(
              () -> {
                try {
                  never.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              },
              "left-behind");
      thread.setDaemon(true);
      thread.start();
    }
  }

  /** Run by the test below only. */
  static final class OfEcho extends MessageHandlerContract {
    @Override
    protected Provided provide() {
      return new Provided(
          new EchoHandler(), Set.of("echo"), List.of(new Payload.Other("echo", "\"hear\"")));
    }

    @Override
    protected void begin(MessageHandler handler) throws Exception {
      ((EchoHandler) handler).call();
    }
  }

  @ParameterizedTest
  @EnumSource
  void catchesTheFault(Fault kind) {
    fault = kind;
    if (kind != Fault.NONE) {
      System.setProperty(PATIENCE, "3"); // what never comes need not be waited for long
    }
    Events tests =
        EngineTestKit.engine("junit-jupiter")
            .selectors(selectClass(OfEcho.class))
            .execute()
            .testEvents();
    Set<String> failed =
        tests.failed().stream()
            .map(event -> event.getTestDescriptor().getSource().orElseThrow())
            .map(source -> ((MethodSource) source).getMethodName().substring(0, "rule1".length()))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(tests.started().count()).isGreaterThan(20);
    if (kind == Fault.NONE) {
      assertThat(failed).isEmpty();
    } else {
      assertThat(failed).contains("rule" + kind.rule);
    }
  }
}
