// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.transport.support;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.chroniclesync.api.support.SerialExecutor;
import org.chroniclesync.api.transport.Link;
import org.chroniclesync.api.transport.LinkEvent;
import org.chroniclesync.api.transport.Peering;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The links of a transport: who offers and who answers, for any technology that connects by an
 * offer and an answer. It keeps the rules of {@link Link} that have nothing to do with the
 * technology: glare, repeated offers, bounds of what waits, times, and who is told what on which
 * thread. Safe for any thread.
 *
 * <p>Two threads belong to it: one on which it decides and calls the technology, and one for the
 * listeners of the links, so that a listener that blocks holds up no connection.
 *
 * <p><b>Glare.</b> Between two nodes the offer of the smaller peer id stands: the greater drops its
 * own and answers, the smaller goes on waiting for its answer. Both compare the same two ids, so
 * they agree. In case the greater never saw the offer that it should have answered, the smaller
 * repeats it; a repeated offer is answered once.
 *
 * <p>Of a client of version 1 nobody knows what it does with our offer when it has made its own: it
 * may take its own back and answer ours, ignore ours, or begin anew with ours. So ours stays if it
 * was sent, and its is answered by a second attempt. The first one on which a channel opens is
 * used, the other is given up: whatever the client does, it follows one of the two. After its offer
 * came none of ours is sent: it would take that as a change of the connection that it has.
 *
 * <p><b>Times.</b> An attempt has the connect timeout. Where a person carries the descriptions that
 * time begins when the answer is here, and {@link #CARRY_PATIENCE} is for the person. An attempt
 * with a peer that is not proven has {@link #STRANGER_PATIENCE} at most.
 */
@ProviderType
public final class Negotiator {
  /** How long an offer or answer that a person carries is good for. */
  public static final Duration CARRY_PATIENCE = Duration.ofMinutes(15);

  /** How long an attempt with a peer that is not proven may take. */
  public static final Duration STRANGER_PATIENCE = Duration.ofSeconds(10);

  private final Duration connectTimeout;
  private final Duration carryPatience;
  private final Duration strangerPatience;
  private final Technology technology;
  private final Consumer<? super Throwable> failures;
  private final SerialExecutor thread;
  private final SerialExecutor events;

  /** On the thread only. */
  private final Set<NegotiatedLink> links = new HashSet<>();

  /**
   * Makes a negotiator. Its threads are started when they are needed.
   *
   * @param name what the names of its threads begin with
   * @param connectTimeout how long an attempt may take
   * @param technology makes the attempts
   * @param failures told of what the technology or a listener threw, for the log; it must not throw
   */
  public Negotiator(
      String name,
      Duration connectTimeout,
      Technology technology,
      Consumer<? super Throwable> failures) {
    this(name, connectTimeout, CARRY_PATIENCE, STRANGER_PATIENCE, technology, failures);
  }

  Negotiator(
      String name,
      Duration connectTimeout,
      Duration carryPatience,
      Duration strangerPatience,
      Technology technology,
      Consumer<? super Throwable> failures) {
    this.connectTimeout = connectTimeout;
    this.carryPatience = carryPatience;
    this.strangerPatience = strangerPatience;
    this.technology = technology;
    this.failures = failures;
    this.thread = new SerialExecutor(name, failures);
    this.events = new SerialExecutor(name + "-events", failures);
  }

  /**
   * Makes a link, as {@link org.chroniclesync.api.transport.Transport#link} does. Does not block.
   *
   * @param peering between whom, and what is known of the peer
   * @param listener told of events one at a time, in order. What it throws is told to {@code
   *     failures}; a channel that it did not take so is closed.
   * @return the link
   */
  public Link link(Peering peering, Consumer<LinkEvent> listener) {
    NegotiatedLink link = new NegotiatedLink(this, peering, listener);
    thread.execute(() -> links.add(link));
    return link;
  }

  /**
   * Returns the thread on which the technology is called, for what else has to be done there.
   *
   * @return the executor; {@link #close} ends it
   */
  public SerialExecutor thread() {
    return thread;
  }

  /**
   * Closes all links and ends both threads. Closing again waits for the same end. After that new
   * links can be made, but do nothing.
   *
   * @param last run on the thread when the links are closed, such as to close what is open
   * @param patience how long each thread may take before it is interrupted
   * @return true if both threads ended by themselves
   * @throws IllegalStateException if called by one of the threads
   */
  public boolean close(Runnable last, Duration patience) {
    boolean ended =
        thread.close(
            () -> {
              List.copyOf(links).forEach(NegotiatedLink::closeNow);
              last.run();
            },
            patience);
    return events.close(() -> {}, patience) && ended;
  }

  // --- For the links ----------------------------------------------------------------------------

  void forget(NegotiatedLink link) {
    links.remove(link);
  }

  void tell(Runnable event) {
    events.execute(event);
  }

  Technology technology() {
    return technology;
  }

  Duration connectTimeout(Peering peering) {
    return peering.proven() || connectTimeout.compareTo(strangerPatience) < 0
        ? connectTimeout
        : strangerPatience;
  }

  Duration carryPatience() {
    return carryPatience;
  }

  void failed(Throwable thrown) {
    failures.accept(thrown);
  }
}
