// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.network;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.chroniclesync.api.support.SerialExecutor;

/**
 * Tells when this machine loses or gains addresses: what goes on from a lost one gets no answer any
 * more, and what goes by the way of a new one, as into a VPN, perhaps none either; no error tells
 * of that. Java has no events for it, so it looks, for as long as somebody needs it. On the given
 * thread only; looking takes less than a millisecond.
 */
public final class AddressWatch {
  private static final Duration PERIOD = Duration.ofSeconds(1);

  private final SerialExecutor thread;
  private final BooleanSupplier needed;
  private final Consumer<Set<InetAddress>> lost;
  private final Runnable gained;
  private final Supplier<Optional<Set<InetAddress>>> addresses;
  private final Duration period;
  private Set<InetAddress> known = Set.of();
  private boolean running;

  /**
   * Makes a watch that does nothing before {@link #start}.
   *
   * @param thread on which it looks
   * @param needed asked before each look; the watch ends when it says no
   * @param lost told of the addresses that are gone, without loopback and link-local ones
   */
  public AddressWatch(
      SerialExecutor thread, BooleanSupplier needed, Consumer<Set<InetAddress>> lost) {
    this(thread, needed, lost, () -> {});
  }

  /**
   * Makes a watch that does nothing before {@link #start}.
   *
   * @param thread on which it looks
   * @param needed asked before each look; the watch ends when it says no
   * @param lost told of the addresses that are gone, without loopback and link-local ones
   * @param gained told, after that, that there are addresses that were not there before
   */
  public AddressWatch(
      SerialExecutor thread,
      BooleanSupplier needed,
      Consumer<Set<InetAddress>> lost,
      Runnable gained) {
    this(thread, needed, lost, gained, AddressWatch::now, PERIOD);
  }

  AddressWatch(
      SerialExecutor thread,
      BooleanSupplier needed,
      Consumer<Set<InetAddress>> lost,
      Runnable gained,
      Supplier<Optional<Set<InetAddress>>> addresses,
      Duration period) {
    this.thread = thread;
    this.needed = needed;
    this.lost = lost;
    this.gained = gained;
    this.addresses = addresses;
    this.period = period;
  }

  /** Begins, unless it runs. Called on the thread. */
  public void start() {
    if (!running) {
      running = true;
      known = addresses.get().orElse(Set.of());
      thread.schedule(period, this::look);
    }
  }

  private void look() {
    running = needed.getAsBoolean();
    if (!running) {
      return;
    }
    thread.schedule(period, this::look);
    Optional<Set<InetAddress>> asked = addresses.get();
    if (asked.isPresent()) {
      Set<InetAddress> before = known;
      known = asked.get();
      tell(without(before, known), without(known, before));
    }
  }

  private void tell(Set<InetAddress> gone, Set<InetAddress> added) {
    if (!gone.isEmpty()) {
      lost.accept(gone);
    }
    if (!added.isEmpty()) {
      gained.run();
    }
  }

  private static Set<InetAddress> without(Set<InetAddress> all, Set<InetAddress> others) {
    Set<InetAddress> left = new HashSet<>(all);
    left.removeAll(others);
    return Set.copyOf(left);
  }

  /** Containers and sleeping cards come and go by link-local addresses, which lead nowhere far. */
  private static Optional<Set<InetAddress>> now() {
    Set<InetAddress> found = new HashSet<>();
    try {
      for (NetworkInterface one : NetworkInterface.networkInterfaces().toList()) {
        if (one.isUp()) {
          one.inetAddresses()
              .filter(each -> !each.isLoopbackAddress() && !each.isLinkLocalAddress())
              .forEach(found::add);
        }
      }
      return Optional.of(found);
    } catch (SocketException e) {
      // An interface left while it was asked; the next look sees what is there then.
      return Optional.empty();
    }
  }
}
