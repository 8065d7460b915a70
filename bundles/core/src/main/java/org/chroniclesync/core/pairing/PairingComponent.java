// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.pairing;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chroniclesync.api.crypto.AccountWords;
import org.chroniclesync.api.crypto.ShortCodes;
import org.chroniclesync.api.discovery.Discovery;
import org.chroniclesync.api.discovery.RoomId;
import org.chroniclesync.api.pairing.Invitation;
import org.chroniclesync.api.pairing.Pairing;
import org.chroniclesync.api.sync.DeviceNames;
import org.chroniclesync.core.base.EventLoop;
import org.chroniclesync.core.base.FailureLog;
import org.chroniclesync.core.base.Workers;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Gives and takes the words of an account by short codes. Public only because the component runtime
 * makes it. What the two devices say to each other, and by which numbers, is in {@code
 * docs/protocol.md}.
 */
@Component(configurationPid = PairingComponent.PID)
@Designate(ocd = Config.class)
public final class PairingComponent implements Pairing {
  static final String PID = "org.chroniclesync.core.pairing";

  /** Beyond the letters that names of version 1's rooms have. */
  private static final String ROOM = "pair.";

  /** So many, lest two people who pair at once meet in one room. */
  private static final int NUMBERS = 10_000;

  private static final int MAX_TYPED_CHARS = 200;
  private static final Pattern CODE =
      Pattern.compile("\\s*([0-9]{1,4})[^0-9\\p{L}]+(.*)", Pattern.DOTALL);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Settings settings;
  private final Clock clock;
  private final FailureLog failures;
  private final EventLoop loop;
  private final ExecutorService calls = Workers.named("chroniclesync-pairing-calls");
  private final SecureRandom random = new SecureRandom();
  private final List<Discovery> discoveries = new CopyOnWriteArrayList<>();
  private final AtomicReference<@Nullable ShortCodes> codes = new AtomicReference<>();
  private final AtomicReference<@Nullable AccountWords> words = new AtomicReference<>();

  private final AtomicReference<@Nullable DeviceNames> names = new AtomicReference<>();

  /** What a person sees. */
  private volatile @Nullable Invitation invitation;

  /** Who shows a code now; for the loop. */
  private @Nullable Inviter inviter;

  /** Who tries a code now; for the loop, but that there is one is known to all. */
  private @Nullable Joiner joiner;

  private final AtomicReference<@Nullable CompletableFuture<String>> joining =
      new AtomicReference<>();

  @Activate
  public PairingComponent(Config config) {
    this(Settings.of(config), Clock.systemUTC());
  }

  PairingComponent(Settings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
    failures = new FailureLog(clock);
    loop = new EventLoop("chroniclesync-pairing", failures);
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void bindDiscovery(Discovery arriving) {
    discoveries.add(arriving);
  }

  void unbindDiscovery(Discovery leaving) {
    discoveries.remove(leaving);
  }

  @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
  void bindCodes(ShortCodes arriving) {
    codes.set(arriving);
  }

  void unbindCodes(ShortCodes leaving) {
    codes.compareAndSet(leaving, null);
  }

  @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
  void bindWords(AccountWords arriving) {
    words.set(arriving);
  }

  void unbindWords(AccountWords leaving) {
    words.compareAndSet(leaving, null);
  }

  @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
  void bindNames(DeviceNames arriving) {
    names.set(arriving);
  }

  void unbindNames(DeviceNames leaving) {
    names.compareAndSet(leaving, null);
  }

  // --- Showing a code ---------------------------------------------------------------------------

  @Override
  public Invitation invite() {
    ShortCodes by = present(codes.get());
    AccountWords of = present(words.get());
    requireDiscovery();
    int number = 1 + random.nextInt(NUMBERS - 1);
    String secret = by.words();
    Invitation made =
        new Invitation(
            number + "-" + secret,
            clock.instant().plus(settings.code()),
            new Invitation.State.Open());
    invitation = made;
    loop.post(() -> begin(made, number, secret, by, of));
    return made;
  }

  private void begin(Invitation made, int number, String secret, ShortCodes by, AccountWords of) {
    Inviter former = inviter;
    if (former != null) {
      former.refuse("A new code was asked for.");
    }
    MeetingRoom room = room(number, by);
    Inviter begun =
        new Inviter(
            room,
            loop,
            by,
            secret,
            ownName(),
            () -> present(of).phrase(),
            state -> tell(made, state));
    inviter = begun;
    room.enter(discoveries, begun);
    loop.after(
        settings.code(),
        () -> {
          if (!begun.hasMet()) {
            begun.refuse("Nobody entered the code in time. Run pair for a new one.");
          }
        });
  }

  /** What came of an earlier code is of no interest. */
  private void tell(Invitation of, Invitation.State state) {
    Invitation now = invitation;
    if (now != null && now.code().equals(of.code()) && now.until().equals(of.until())) {
      invitation = new Invitation(of.code(), of.until(), state);
    }
    Inviter met = inviter;
    if (state instanceof Invitation.State.Meeting && met != null) {
      loop.after(settings.meeting(), met::late);
    }
  }

  @Override
  public @Nullable Invitation invitation() {
    return invitation;
  }

  @Override
  public void withdraw() {
    loop.post(
        () -> {
          Inviter now = inviter;
          if (now != null) {
            now.refuse("The code was withdrawn.");
          }
        });
  }

  // --- Entering a code --------------------------------------------------------------------------

  @Override
  public CompletionStage<String> join(String code) {
    ShortCodes by = present(codes.get());
    AccountWords of = present(words.get());
    Matcher typed = CODE.matcher(code.length() > MAX_TYPED_CHARS ? "" : code);
    if (!typed.matches()) {
      throw new IllegalArgumentException(
          "A code is a number and two words, such as 4213-ocean-rabbit.");
    }
    int number = Integer.parseInt(typed.group(1));
    String secret = by.check(typed.group(2));
    requireDiscovery();
    CompletableFuture<String> result = new CompletableFuture<>();
    if (!joining.compareAndSet(null, result)) {
      throw new IllegalStateException("A code is being tried; wait until it is done.");
    }
    // Whoever is told that it is over may try the next one.
    CompletionStage<String> told = result.whenComplete((name, failure) -> joining.set(null));
    loop.post(
        new EventLoop.Event() {
          @Override
          public void run() {
            begin(number, secret, by, of, result);
          }

          @Override
          public void dropped() {
            result.completeExceptionally(new IllegalStateException("The node stops."));
          }
        });
    return told;
  }

  private void begin(
      int number, String secret, ShortCodes by, AccountWords of, CompletableFuture<String> result) {
    MeetingRoom room = room(number, by);
    Joiner begun = new Joiner(room, loop, by, secret, ownName(), calls, of::replace, result);
    joiner = begun;
    room.enter(discoveries, begun);
    loop.after(settings.meeting(), begun::late);
  }

  // --- What both need ---------------------------------------------------------------------------

  private MeetingRoom room(int number, ShortCodes by) {
    return new MeetingRoom(new RoomId(ROOM + number), by.credentials(), loop, calls, failures);
  }

  private static <T> T present(@Nullable T service) {
    if (service == null) {
      throw new IllegalStateException(
          "Pairing is not possible: no crypto service is there that can do it; see status.");
    }
    return service;
  }

  private void requireDiscovery() {
    if (discoveries.isEmpty()) {
      throw new IllegalStateException(
          "Pairing needs a way to find the other device. Start both with --discovery URL, or the"
              + " bundle org.chroniclesync.discovery.mdns if they are on one network.");
    }
  }

  /** As the other devices call this one, or what it runs on. */
  private String ownName() {
    DeviceNames by = names.get();
    String computer = by == null ? "" : by.computer();
    return computer.isEmpty() ? system() : computer;
  }

  private static String system() {
    return System.getProperty("os.name", "") + " " + System.getProperty("os.arch", "");
  }

  /** Leaves the rooms, and the person who waits learns why. */
  @Deactivate
  void close() throws InterruptedException {
    CountDownLatch parted = new CountDownLatch(1);
    loop.post(
        () -> {
          part();
          parted.countDown();
        });
    parted.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    loop.close(PATIENCE);
    calls.shutdown();
    calls.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    CompletableFuture<String> open = joining.get();
    if (open != null) {
      open.completeExceptionally(new IllegalStateException("The node stops."));
    }
  }

  private void part() {
    Inviter shown = inviter;
    if (shown != null) {
      shown.part();
    }
    Joiner tried = joiner;
    if (tried != null) {
      tried.part();
    }
  }
}
