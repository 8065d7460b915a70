// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.network;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.api.transport.Link;
import org.chroniclesync.api.transport.LinkEvent;
import org.chroniclesync.api.transport.Peering;
import org.chroniclesync.api.transport.Transport;
import org.jspecify.annotations.Nullable;

/**
 * A transport of a {@link MemoryNetwork}. It keeps all rules of the seam until a test dials a
 * fault. Transports of one network and one name connect with each other. Safe for any thread.
 */
public final class MemoryTransport implements Transport, AutoCloseable {
  private static final Duration IDLE = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final MemoryNetwork network;
  private final String name;
  private final String media;
  private final Pattern description;
  private final ThreadPoolExecutor pool;
  private final ScheduledThreadPoolExecutor timer;
  private final Set<MemoryLink> links = new LinkedHashSet<>();
  private volatile Runnable beforeLink = () -> {};
  private volatile Runnable beforeOpening = () -> {};
  private volatile boolean blocked;

  /** One side of a connection, or of the wish to have one. */
  record End(MemoryTransport transport, PeerId self, PeerId peer) {
    boolean isSameHolder(End other) {
      return transport == other.transport && self.equals(other.self);
    }
  }

  MemoryTransport(MemoryNetwork network, String name) {
    this.network = network;
    this.name = name;
    media = "v=0\r\nm=application 9 MEMORY/" + name + " chroniclesync\r\n";
    description = Pattern.compile(Pattern.quote(media) + "a=id:([0-9]{1,18})\r\na=end\r\n");
    ThreadFactory threads =
        task -> {
          Thread thread = new Thread(task, "memory-transport-" + name);
          thread.setDaemon(true);
          return thread;
        };
    long idle = IDLE.toMillis();
    pool =
        new ThreadPoolExecutor(
            0, Integer.MAX_VALUE, idle, TimeUnit.MILLISECONDS, new SynchronousQueue<>(), threads);
    timer = new ScheduledThreadPoolExecutor(1, threads);
    timer.setRemoveOnCancelPolicy(true);
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    timer.setKeepAliveTime(idle, TimeUnit.MILLISECONDS);
    timer.allowCoreThreadTimeOut(true);
  }

  // --- Faults -----------------------------------------------------------------------------------

  /**
   * Makes each attempt to connect by this transport fail, or no longer. Channels that are open stay
   * open.
   *
   * @param next whether nobody gets through
   */
  public void block(boolean next) {
    blocked = next;
  }

  /**
   * Runs at the beginning of each {@link #link} from now on, on the thread that asks for one. What
   * it throws leaves {@code link}; while it blocks, {@code link} hangs.
   *
   * @param hook what to do, such as {@code gate::pass}
   */
  public void beforeLink(Runnable hook) {
    beforeLink = hook;
  }

  /**
   * Runs before each channel is told of from now on, on the thread that tells. While it blocks, the
   * channel is open and nobody has it yet. A link that is closed meanwhile tells of it all the
   * same: closing comes too late for what is under way.
   *
   * @param hook what to do, such as {@code gate::pass}
   */
  public void beforeOpening(Runnable hook) {
    beforeOpening = hook;
  }

  boolean isBlocked() {
    return blocked;
  }

  void opening() {
    beforeOpening.run();
  }

  // --- The seam ---------------------------------------------------------------------------------

  @Override
  public boolean accepts(Signal signal) {
    if (signal instanceof Signal.Offer offer) {
      return offer.sdp().startsWith(media);
    }
    return signal instanceof Signal.Answer answer && answer.sdp().startsWith(media);
  }

  @Override
  public Link link(Peering peering, Consumer<LinkEvent> listener) {
    beforeLink.run();
    MemoryLink link =
        new MemoryLink(
            network,
            new End(this, peering.self(), peering.peer()),
            peering.trickles(),
            listener,
            new Serial(pool, network::threw));
    synchronized (links) {
      if (!pool.isShutdown()) {
        links.add(link);
      }
    }
    return link;
  }

  /** Stops, as a service that leaves: its links and channels end, and no thread is left. */
  @Override
  public void close() {
    List<MemoryLink> all;
    synchronized (links) {
      all = List.copyOf(links);
    }
    all.forEach(MemoryLink::close);
    timer.shutdownNow();
    synchronized (links) {
      pool.shutdown();
    }
    network.closeChannels(this);
    await(pool);
    await(timer);
    // One that opened while it stopped.
    network.closeChannels(this);
  }

  /** Interrupts a listener that does not return, and leaves alone one that still does not. */
  private static void await(ExecutorService ending) {
    try {
      if (!ending.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        ending.shutdownNow();
        ending.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      ending.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  // --- For links --------------------------------------------------------------------------------

  String describe(String id) {
    return media + "a=id:" + id + "\r\na=end\r\n";
  }

  /** Returns the id in a whole description of this transport, or null if it is none. */
  @Nullable String id(String sdp) {
    Matcher matcher = description.matcher(sdp);
    return matcher.matches() ? matcher.group(1) : null;
  }

  void after(Duration delay, Runnable task) {
    try {
      timer.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      // It has stopped: nobody waits any more.
    }
  }

  void forget(MemoryLink link) {
    synchronized (links) {
      links.remove(link);
    }
  }

  List<Holding> openLinks() {
    synchronized (links) {
      return links.stream().map(MemoryLink::holding).toList();
    }
  }

  /** Returns the name, as in {@link Transport#NAME_PROPERTY}. */
  @Override
  public String toString() {
    return name;
  }
}
