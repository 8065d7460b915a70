// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.mdns;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.chroniclesync.api.discovery.Credentials;
import org.chroniclesync.api.discovery.DiscoveryEvent.StateChanged;
import org.chroniclesync.api.discovery.DiscoveryState;
import org.chroniclesync.api.discovery.RoomId;
import org.chroniclesync.api.discovery.support.EventDelivery;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Being there on the networks of this computer: asking who else is of the room, and answering those
 * who ask for it. Whoever cannot name the room is not answered. For the loop.
 */
final class Presence implements Multicast.Ear, Guise.Door, Links.House {
  private static final Logger LOG = LoggerFactory.getLogger(Presence.class);

  /** How often it is looked which networks there are, and how late it is. */
  private static final Duration LOOK = Duration.ofSeconds(2);

  private static final int LOOKS_A_PING = 3;

  /** A clock that runs on while nothing else does shows that the computer slept, or was set. */
  private static final long SLEPT_MILLIS = 10_000;

  /** Answers of several to one question must not come at once (RFC 6762, section 6). */
  private static final int SPREAD_FROM_MILLIS = 20;

  private static final int SPREAD_TO_MILLIS = 120;
  private static final long[] HOURS = {0, -1, 1};
  private static final Duration ASK_FIRST = Duration.ofSeconds(1);
  private static final Duration ASK_LAST = Duration.ofSeconds(60);
  private static final long ONCE_IN_MILLIS = 1_000;

  private final Settings settings;
  private final Clock clock;
  private final RoomId room;
  private final Credentials self;
  private final EventDelivery events;
  private final Loop loop;
  private final Links links;
  private final RandomGenerator random = RandomGenerator.getDefault();

  private List<Network> networks = List.of();

  /** Whether all has to be made anew, whichever networks there are. */
  private boolean fresh = true;

  private final List<Multicast> lines = new ArrayList<>();

  /** By hour: the present one and its neighbours, since clocks differ. Empty while unseen. */
  private final TreeMap<Long, Guise> guises = new TreeMap<>();

  private long hour;
  private @Nullable DiscoveryState told;
  private Duration pause = ASK_FIRST;

  /** Tells the plan that holds from those before. */
  private long plan;

  private long askedNanos = System.nanoTime() - TimeUnit.SECONDS.toNanos(2);
  private boolean askingSoon;

  /** When an answer was, or will be, sent: by line, network and service. */
  private final Map<String, Long> answeredNanos = new HashMap<>();

  private int looks;
  private long lookedMillis;
  private long lookedNanos;

  Presence(
      Settings settings,
      Clock clock,
      RoomId room,
      Credentials self,
      EventDelivery events,
      Loop loop) {
    this.settings = settings;
    this.clock = clock;
    this.room = room;
    this.self = self;
    this.events = events;
    this.loop = loop;
    this.links = new Links(room, self, events, loop, this);
  }

  Links links() {
    return links;
  }

  void start() {
    lookedMillis = clock.millis();
    lookedNanos = System.nanoTime();
    lookAgain();
  }

  void close() {
    links.close();
    lines.forEach(Multicast::close);
    lines.clear();
    undress();
  }

  // --- Where we are, and when -------------------------------------------------------------------

  /** Planned before it is done: whatever fails, the next look comes. */
  private void lookAgain() {
    loop.after(LOOK, this::lookAgain);
    look();
    links.check();
    if (++looks % LOOKS_A_PING == 0) {
      links.pingAll();
    }
  }

  private void look() {
    boolean slept = slept();
    List<Network> now = Network.now(settings.interfaces());
    boolean moved = fresh || !now.equals(networks);
    long then = hour;
    hour = TimeUnit.MILLISECONDS.toHours(clock.millis());
    if (moved || (lines.isEmpty() && !now.isEmpty())) {
      fresh = false;
      networks = now;
      appear();
    } else if (!now.isEmpty() && (then != hour || guises.size() < HOURS.length)) {
      if (dress()) {
        tell(new DiscoveryState.Joined(clock.instant()));
      }
    }
    if (slept) {
      links.pingAll();
    }
    if (moved || slept) {
      askAnew();
    }
  }

  private boolean slept() {
    long millis = clock.millis();
    long nanos = System.nanoTime();
    long missing = millis - lookedMillis - TimeUnit.NANOSECONDS.toMillis(nanos - lookedNanos);
    lookedMillis = millis;
    lookedNanos = nanos;
    return Math.abs(missing) > SLEPT_MILLIS;
  }

  /** Looks anew, on other networks: nothing there is as it was on the former ones. */
  private void appear() {
    lines.forEach(Multicast::close);
    lines.clear();
    answeredNanos.clear();
    undress();
    if (networks.isEmpty()) {
      tell(new DiscoveryState.Idle(Words.nowhere(settings)));
    } else if (dress()) {
      listen();
    }
  }

  /** Takes on what is missing of the hours that are good now, and off what is past. */
  private boolean dress() {
    try {
      for (long one : HOURS) {
        if (!guises.containsKey(hour + one)) {
          guises.put(hour + one, Guise.of(HourSecret.of(room, self, hour + one), loop, this));
        }
      }
      guises.values().removeIf(this::isPast);
      links.renamed();
      return true;
    } catch (IllegalStateException e) {
      LOG.debug("the room's key is not there", e);
      tell(waiting(Words.UNSIGNED));
    } catch (IOException e) {
      LOG.debug("no port", e);
      tell(waiting(Words.closed(e)));
    }
    return false;
  }

  private boolean isPast(Guise guise) {
    boolean past = guises.subMap(hour - 1, hour + 2).values().stream().noneMatch(guise::equals);
    if (past) {
      guise.close();
    }
    return past;
  }

  private void undress() {
    guises.values().forEach(Guise::close);
    guises.clear();
  }

  private void listen() {
    IOException failure = null;
    for (boolean four : new boolean[] {true, false}) {
      try {
        Multicast line = Multicast.open(four, networks, loop, this);
        if (line != null) {
          lines.add(line);
        }
      } catch (IOException | UnsupportedOperationException e) {
        LOG.debug("multicast by {}", four ? "IPv4" : "IPv6", e);
        failure = failure == null ? new IOException(e) : failure;
      }
    }
    if (!lines.isEmpty()) {
      tell(new DiscoveryState.Joined(clock.instant()));
    } else {
      undress();
      tell(
          failure == null
              ? new DiscoveryState.Idle(Words.nowhere(settings))
              : waiting(Words.shut(failure)));
    }
  }

  /** As it looks to whoever asks by the name of this hour; null while it is unseen. */
  @Nullable Guise present() {
    return guises.get(hour);
  }

  private DiscoveryState waiting(String why) {
    return new DiscoveryState.Waiting(why, clock.instant().plus(LOOK));
  }

  /** Says a thing once, however often it is found to be so. */
  private void tell(DiscoveryState state) {
    if (!same(state, told)) {
      told = state;
      events.tell(new StateChanged(state));
    }
  }

  private static boolean same(DiscoveryState one, @Nullable DiscoveryState other) {
    if (one instanceof DiscoveryState.Waiting waiting
        && other instanceof DiscoveryState.Waiting before) {
      return waiting.why().equals(before.why());
    }
    return one.equals(other)
        || (one instanceof DiscoveryState.Joined && other instanceof DiscoveryState.Joined);
  }

  // --- Asking -----------------------------------------------------------------------------------

  /** Asks at once, and then less and less often. */
  private void askAnew() {
    pause = ASK_FIRST;
    plan(spread());
  }

  private void plan(Duration delay) {
    long mine = ++plan;
    loop.after(
        delay,
        () -> {
          if (mine == plan) {
            ask();
            Duration next = pause;
            pause = min(pause.multipliedBy(2), ASK_LAST);
            plan(next);
          }
        });
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private void ask() {
    Guise present = present();
    if (present == null) {
      return;
    }
    askedNanos = System.nanoTime();
    Dns.Instance own = present.shown();
    byte[] question = Dns.question(own.service(), own.label());
    everywhere(line -> line.networks().forEach(network -> line.send(network, question)));
  }

  private void everywhere(Consumer<Multicast> task) {
    List.copyOf(lines).forEach(task);
  }

  /** Somebody asked whom we do not know: it may be that only we can reach it, and not it us. */
  private void askSoon() {
    if (!askingSoon) {
      askingSoon = true;
      long since = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - askedNanos);
      loop.after(
          Duration.ofMillis(Math.max(0, ONCE_IN_MILLIS - since)).plus(spread()),
          () -> {
            askingSoon = false;
            if (System.nanoTime() - askedNanos >= TimeUnit.MILLISECONDS.toNanos(ONCE_IN_MILLIS)) {
              ask();
            }
          });
    }
  }

  private Duration spread() {
    return Duration.ofMillis(random.nextInt(SPREAD_FROM_MILLIS, SPREAD_TO_MILLIS));
  }

  // --- What is heard ----------------------------------------------------------------------------

  @Override
  public void heard(Multicast by, Network network, InetSocketAddress from, Dns.Message message) {
    for (String service : message.questions()) {
      Guise asked = guise(service);
      if (asked != null && message.known().stream().noneMatch(this::isOwn)) {
        answer(by, network, asked);
        if (!links.isKnown(message.known())) {
          askSoon();
        }
      }
    }
    for (Dns.Instance instance : message.instances()) {
      Guise told = guise(instance.service());
      if (told != null && isMade(told.secret(), instance)) {
        links.found(
            told.secret(),
            instance.label(),
            new InetSocketAddress(from.getAddress(), instance.port()));
      }
    }
  }

  private @Nullable Guise guise(String service) {
    return guises.values().stream()
        .filter(one -> one.secret().service().equals(service))
        .findFirst()
        .orElse(null);
  }

  private boolean isOwn(String label) {
    return guises.values().stream().anyMatch(one -> label.startsWith(one.instance()));
  }

  /** A member made the label, for that port; and it is not this one. */
  private boolean isMade(HourSecret secret, Dns.Instance instance) {
    return !isOwn(instance.label()) && secret.isLabel(instance.label(), instance.port());
  }

  /** Once a second at most, and never not at all. */
  private void answer(Multicast by, Network network, Guise asked) {
    String where = by.isFour() + " " + network.index() + " " + asked.instance();
    long now = System.nanoTime();
    Long before = answeredNanos.get(where);
    if (before != null && before - now > 0) {
      return; // it is planned
    }
    Duration delay = spread();
    long waited = before == null ? ONCE_IN_MILLIS : TimeUnit.NANOSECONDS.toMillis(now - before);
    if (waited < ONCE_IN_MILLIS) {
      delay = delay.plusMillis(ONCE_IN_MILLIS - waited);
    }
    answeredNanos.put(where, now + delay.toNanos());
    loop.after(delay, () -> sayWhere(by, network, asked));
  }

  private void sayWhere(Multicast by, Network network, Guise asked) {
    InetAddress address = network.address(by.isFour());
    if (guises.containsValue(asked) && lines.contains(by) && address != null) {
      by.send(network, Dns.answer(asked.shown(), asked.host(), address));
    }
  }

  @Override
  public void deaf(Multicast by, Throwable why) {
    LOG.info("the local network is not heard any more, and tried again: {}", why.toString());
    lines.remove(by);
  }

  // --- Who comes, and who has gone --------------------------------------------------------------

  @Override
  public void came(Guise to, SocketChannel guest) throws IOException {
    InetAddress address = ((InetSocketAddress) guest.getRemoteAddress()).getAddress();
    if (networks.stream().noneMatch(network -> network.contains(address))) {
      Closing.quietly(guest); // not of these networks, but from beyond a router
      return;
    }
    links.came(to, guest);
  }

  @Override
  public void shut(Guise guise, Throwable why) {
    LOG.info("nobody can connect any more, and it is tried again: {}", why.toString());
    guises.values().remove(guise);
  }

  @Override
  public String instances() {
    return guises.values().stream().map(Guise::instance).collect(Collectors.joining());
  }

  @Override
  public void missed() {
    askAnew();
  }

  /** A task of the loop failed: what is there is made anew by the next look. */
  void failed(Throwable thrown) {
    LOG.warn("room {}: something failed on the local network", room, thrown);
    Instant next = clock.instant().plus(LOOK);
    told = null;
    fresh = true;
    tell(new DiscoveryState.Waiting(Words.failed(thrown), next));
  }
}
