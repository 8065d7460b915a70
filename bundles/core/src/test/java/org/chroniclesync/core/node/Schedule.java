// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Predicate;
import org.awaitility.core.ConditionTimeoutException;
import org.chroniclesync.api.discovery.DiscoveryEvent;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.testkits.network.Carrier;
import org.chroniclesync.testkits.network.Delivery;
import org.chroniclesync.testkits.network.FrameFaults;
import org.chroniclesync.testkits.network.MemoryNetwork;
import org.chroniclesync.testkits.network.Middle;
import org.chroniclesync.testkits.network.Passage;

/**
 * Nodes whose parts come, go, throw and hang. What happens, and in which order, depends on the seed
 * alone; what the threads of the nodes do meanwhile does not. At the end all parts work, all nodes
 * must hold the same, nothing acknowledged may be lost, and nothing may be left of a node that was
 * closed.
 */
final class Schedule {
  /** Nothing that is waited for takes nearly so long, on any machine. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** No longer than that a step lets the nodes work undisturbed. */
  private static final Duration PAUSE = Duration.ofMillis(100);

  /** The frames that agree on keys: version 1 is not sealed here, so a change would count. */
  private static final int GREETING_FRAMES = 4;

  private static final Duration SIGNAL_PATIENCE = Duration.ofMillis(200);
  private static final int LEAST_STEPS = 20;
  private static final int MOST_STEPS = 60;
  private static final int MOST_STEPS_OF_A_FAULT = 8;

  private final long seed;
  private final Random random;
  private final MemoryNetwork network;
  private final ThreadGroup threads;
  private final List<ScheduledNode> nodes = new ArrayList<>();
  private final Map<Runnable, Integer> faults = new LinkedHashMap<>();
  private final List<String> done = new ArrayList<>();
  private final AtomicLong frames = new AtomicLong();
  private volatile Middle harm = Passage::go;
  private int step;
  private boolean rejoins;

  private interface Step extends Callable<String> {}

  private Schedule(long seed) {
    this.seed = seed;
    random = new Random(seed);
    network = new MemoryNetwork(seed);
    threads = new ThreadGroup("schedule " + seed);
  }

  /**
   * Runs the schedule of a seed, on a thread of its own, whose group tells its threads from others.
   *
   * @throws AssertionError that says the seed, what was done, and where everybody stands
   */
  static void run(long seed) throws InterruptedException {
    Schedule schedule = new Schedule(seed);
    List<Throwable> failures = new ArrayList<>();
    Thread thread =
        new Thread(
            schedule.threads,
            () -> {
              try {
                schedule.run();
              } catch (Throwable e) {
                failures.add(schedule.failed(e));
                schedule.abandon();
              }
            },
            "schedule " + seed);
    thread.start();
    thread.join(PATIENCE.multipliedBy(4).toMillis());
    if (thread.isAlive()) {
      throw schedule.failed(new AssertionError("a step does not return"));
    }
    if (!failures.isEmpty()) {
      throw (AssertionError) failures.get(0);
    }
  }

  private void run() throws Exception {
    network.patience(SIGNAL_PATIENCE);
    network.middle(
        passage -> {
          frames.incrementAndGet();
          harm.passes(passage);
        });
    int count = 2 + random.nextInt(2);
    for (int i = 0; i < count; i++) {
      String name = List.of("a", "b", "c").get(i);
      nodes.add(
          new ScheduledNode(network, name, random, this::later, ScheduledNode.settings(random)));
    }
    for (ScheduledNode node : nodes) {
      node.fixture.start();
    }
    List<Step> steps = steps();
    int most = LEAST_STEPS + random.nextInt(MOST_STEPS - LEAST_STEPS + 1);
    for (step = 0; step < most; step++) {
      undo(step);
      done.add(steps.get(random.nextInt(steps.size())).call());
    }
    done.add("the end");
    mend();
    untilAllIsWell();
    if (random.nextInt(3) == 0) {
      done.add("closed in the middle of " + steps.get(random.nextInt(steps.size())).call());
    }
    close();
  }

  // --- Steps ------------------------------------------------------------------------------------

  private List<Step> steps() {
    List<Step> steps = new ArrayList<>();
    add(steps, 12, ScheduledNode::merges);
    add(steps, 3, ScheduledNode::storeComes);
    add(steps, 2, ScheduledNode::storeGoes);
    add(steps, 2, ScheduledNode::storeReturns);
    add(steps, 2, ScheduledNode::storeIsSwapped);
    add(steps, 2, ScheduledNode::storeIsReplacedForGood);
    add(steps, 3, ScheduledNode::storeFails);
    add(steps, 2, ScheduledNode::storeHangs);
    add(steps, 2, ScheduledNode::transportComes);
    add(steps, 2, ScheduledNode::transportGoes);
    add(steps, 2, ScheduledNode::transportFails);
    add(steps, 2, ScheduledNode::discoveryComes);
    add(steps, 2, ScheduledNode::discoveryGoes);
    add(steps, 1, ScheduledNode::identityIsSwapped);
    add(steps, 1, ScheduledNode::identityIsAway);
    add(steps, 1, ScheduledNode::identityIsAnother);
    add(steps, 1, ScheduledNode::codecIsSwapped);
    add(steps, 1, ScheduledNode::codecFails);
    add(steps, 1, ScheduledNode::handlerIsSwapped);
    add(steps, 1, ScheduledNode::handlerIsAway);
    add(steps, 2, ScheduledNode::handlerFails);
    add(steps, 1, ScheduledNode::chatterComes);
    add(steps, 2, ScheduledNode::clockSteps);
    add(steps, 1, ScheduledNode::isAsked);
    steps.addAll(List.of(this::cut, this::cut, this::harmFrames, this::harmFrames));
    steps.addAll(List.of(this::buffer, this::delay, this::vanish, this::lie, this::loseSignals));
    steps.addAll(List.of(this::pause, this::pause, this::pause, this::pause, this::splitLines));
    return steps;
  }

  private void add(List<Step> steps, int times, Function<ScheduledNode, String> step) {
    for (int i = 0; i < times; i++) {
      steps.add(
          () -> {
            ScheduledNode node = anyNode();
            return node.fixture.id + ": " + step.apply(node);
          });
    }
  }

  private ScheduledNode anyNode() {
    return nodes.get(random.nextInt(nodes.size()));
  }

  private void later(Runnable undo) {
    faults.put(undo, step + 1 + random.nextInt(MOST_STEPS_OF_A_FAULT));
  }

  private void undo(int now) {
    List<Runnable> due =
        faults.entrySet().stream()
            .filter(fault -> fault.getValue() <= now)
            .map(Map.Entry::getKey)
            .toList();
    faults.keySet().removeAll(due);
    due.forEach(Runnable::run);
  }

  private String cut() {
    network.cut(random);
    return "a line is cut";
  }

  private String harmFrames() {
    FrameFaults next = new FrameFaults(seed + step);
    double share = (1 + random.nextInt(20)) / 100.0;
    int kind = random.nextInt(5);
    switch (kind) {
      case 0 -> next.lose(share).spare(random.nextInt(GREETING_FRAMES));
      case 1 -> next.repeat(share).spare(random.nextInt(GREETING_FRAMES));
      case 2 -> next.swap(share).spare(random.nextInt(GREETING_FRAMES));
      case 3 -> next.change(share).spare(GREETING_FRAMES);
      default -> next.cutAfter(1 + random.nextInt(40));
    }
    harm = next;
    later(() -> harm = Passage::go);
    return "frames are harmed, kind " + kind + ", " + share;
  }

  private String buffer() {
    int size = List.of(1, 1, 2, 64).get(random.nextInt(4));
    network.buffer(size);
    return "new lines hold " + size + " frames";
  }

  private String delay() {
    network.delay(Duration.ZERO, Duration.ofMillis(random.nextInt(4)));
    later(() -> network.delay(Duration.ZERO, Duration.ZERO));
    return "lines are slow";
  }

  private String splitLines() {
    network.split(true);
    later(() -> network.split(false));
    return "somebody sits in the middle";
  }

  private String vanish() {
    ScheduledNode node = anyNode();
    network.vanish(node.fixture.id);
    later(() -> network.reappear(node.fixture.id));
    rejoins = true;
    return node.fixture.id + " vanishes";
  }

  /** A discovery says what is not true. */
  private String lie() {
    ScheduledNode to = anyNode();
    ScheduledNode about = anyNode();
    if (random.nextBoolean()) {
      network.flood(to.fixture.id, 1 + random.nextInt(3));
      return to.fixture.id + " is told of ghosts";
    }
    network.tell(to.fixture.id, new DiscoveryEvent.PeerGone(about.fixture.id));
    rejoins = true;
    return to.fixture.id + " is told that " + about.fixture.id + " is gone";
  }

  private String loseSignals() {
    boolean twice = random.nextBoolean();
    Carrier carrier =
        delivery -> {
          if (twice) {
            delivery.go();
            delivery.go();
          }
        };
    network.carrier(carrier);
    later(() -> network.carrier(Delivery::go));
    return "signals are " + (twice ? "carried twice" : "lost");
  }

  /** Lets the nodes work undisturbed. */
  private String pause() throws InterruptedException {
    long target = frames.get() + random.nextInt(100);
    long deadline = System.nanoTime() + PAUSE.toNanos();
    while (frames.get() < target && System.nanoTime() - deadline < 0) {
      Thread.sleep(1);
    }
    return "a pause";
  }

  // --- The end ----------------------------------------------------------------------------------

  private void mend() {
    undo(Integer.MAX_VALUE);
    harm = Passage::go;
    network.delay(Duration.ZERO, Duration.ZERO);
    boolean anew = rejoins || nodes.stream().anyMatch(ScheduledNode::isLost);
    nodes.forEach(node -> node.mend(anew));
    nodes.forEach(ScheduledNode::gathers);
  }

  private void untilAllIsWell() {
    until("all visits are merged or refused", () -> all(node -> node.importer.isIdle()));
    List<Entry> acknowledged =
        nodes.stream().flatMap(node -> node.importer.acknowledged().stream()).toList();
    until(
        "all hold the same",
        () -> {
          Set<Entry> first = nodes.get(0).entries();
          return all(node -> node.entries().equals(first));
        });
    for (ScheduledNode node : nodes) {
      List<Entry> lost = acknowledged.stream().filter(entry -> !node.holds(entry)).toList();
      if (!lost.isEmpty()) {
        throw new AssertionError(node.fixture.id + " lost " + lost.size() + ": " + lost.get(0));
      }
    }
    until("all are in sync", () -> all(this::isInSync));
  }

  private boolean all(Predicate<ScheduledNode> condition) {
    return nodes.stream().allMatch(condition);
  }

  private boolean isInSync(ScheduledNode node) {
    return all(other -> other == node || node.fixture.isInSyncWith(other.fixture));
  }

  private void close() throws InterruptedException {
    for (ScheduledNode node : nodes) {
      node.fixture.close();
    }
    undo(Integer.MAX_VALUE);
    nodes.forEach(node -> node.importer.stop());
    until("no thread is left", () -> threadsLeft().isEmpty());
    until("no channel is left", () -> network.openChannels().isEmpty());
    until("no link is left", () -> network.openLinks().isEmpty());
    until("no membership is left", () -> network.openMemberships().isEmpty());
    for (ScheduledNode node : nodes) {
      long before = node.leftTooEarly();
      node.fixture.drop();
      if (node.leftTooEarly() != before) {
        throw new AssertionError(node.fixture.id + " has leases when all its threads have ended");
      }
    }
    network.close();
  }

  private void abandon() {
    try {
      undo(Integer.MAX_VALUE);
      for (ScheduledNode node : nodes) {
        node.importer.stop();
        node.fixture.close();
      }
      network.close();
    } catch (InterruptedException | RuntimeException | Error e) {
      done.add("and could not be abandoned: " + e);
    }
  }

  private List<Thread> allThreads() {
    Thread[] all = new Thread[threads.activeCount() + 100];
    return Arrays.asList(all).subList(0, threads.enumerate(all));
  }

  private List<String> threadsLeft() {
    return allThreads().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("chroniclesync-") || name.equals("importer"))
        .toList();
  }

  /** Waits for a condition that must come true. */
  static void until(String what, Callable<Boolean> condition) {
    try {
      await(what)
          .pollInSameThread()
          .atMost(PATIENCE)
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(5))
          .until(condition);
    } catch (ConditionTimeoutException e) {
      throw new AssertionError("in vain it was waited until " + what, e);
    }
  }

  // --- What is said of a failure ----------------------------------------------------------------

  private AssertionError failed(Throwable cause) {
    StringBuilder said = new StringBuilder();
    said.append("-Dschedule.seed=").append(seed).append(": ").append(cause.getMessage());
    said.append("\nleft: ").append(network.openChannels()).append(network.openLinks());
    said.append(network.openMemberships()).append(threadsLeft());
    for (int i = 0; i < done.size(); i++) {
      said.append("\n").append(i).append(". ").append(done.get(i));
    }
    for (ScheduledNode node : nodes) {
      said.append("\n").append(node.fixture.node.status());
    }
    for (Thread thread : allThreads()) {
      said.append("\n").append(thread.getName()).append(" ").append(thread.getState());
      for (StackTraceElement at : thread.getStackTrace()) {
        said.append("\n    at ").append(at);
      }
    }
    return new AssertionError(said.toString(), cause);
  }
}
