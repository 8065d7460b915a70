// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.account;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.Session;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.support.DaemonThreads;
import org.chroniclesync.api.sync.History;
import org.chroniclesync.api.sync.Node;
import org.chroniclesync.api.sync.SharedSettings;
import org.chroniclesync.api.transport.ChannelClosedException;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settings of the account, kept in the marks of the store in use. What was known once is known
 * until the end: where another store takes over that lacks it, it is noted there again.
 */
@Component(service = SharedSettings.class, immediate = true)
public final class AccountSettings implements SharedSettings {
  /** A version from further ahead would win for a long time; it is taken when its time comes. */
  static final long MAX_AHEAD_MILLIS = TimeUnit.DAYS.toMillis(1);

  /** Most sessions that are told of a change at the same time. */
  private static final int MAX_TELLERS = 64;

  private static final Logger LOG = LoggerFactory.getLogger(AccountSettings.class);
  private final History history;
  private final SettingsHandler handler;
  private final Clock clock;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final ReentrantLock writing = new ReentrantLock(true);
  private volatile @Nullable SettingsMap map;

  private final ExecutorService tellers =
      new ThreadPoolExecutor(
          0,
          MAX_TELLERS,
          1,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          task -> DaemonThreads.make("chroniclesync-settings", task));

  /**
   * Makes the settings.
   *
   * @param history where they are kept
   * @param handler talks with the peers about them
   */
  @Activate
  public AccountSettings(@Reference History history, @Reference SettingsHandler handler) {
    this(history, handler, Clock.systemUTC());
  }

  AccountSettings(History history, SettingsHandler handler, Clock clock) {
    this.history = history;
    this.handler = handler;
    this.clock = clock;
  }

  /** Begins. */
  @Activate
  public void start() {
    handler.attach(this);
    // Sessions that were open before know nothing of the settings.
    tell(null);
  }

  /** Ends. */
  @Deactivate
  public void stop() {
    handler.detach(this);
    tellers.shutdownNow();
  }

  // --- For those who use them -------------------------------------------------------------------

  @Override
  public Map<String, String> all(String prefix) throws StorageException, InterruptedException {
    Map<String, String> values = new LinkedHashMap<>();
    for (Setting setting : map().all()) {
      if (setting.value() != null && setting.key().startsWith(prefix)) {
        values.put(setting.key(), setting.value());
      }
    }
    return values;
  }

  @Override
  public void put(String key, String value) throws StorageException, InterruptedException {
    change(key, value);
  }

  @Override
  public void remove(String key) throws StorageException, InterruptedException {
    Setting known = map().get(key);
    if (known != null && known.value() != null) {
      change(key, null);
    }
  }

  private void change(String key, @Nullable String value)
      throws StorageException, InterruptedException {
    boolean changed;
    writing.lockInterruptibly();
    try {
      SettingsMap known = map();
      Setting before = known.get(key);
      if (before == null && known.isFull()) {
        throw new IllegalArgumentException(
            "The account has " + MAX_KEYS + " settings already; remove some first.");
      }
      long at = before == null ? 0 : before.at() + 1;
      Setting after = new Setting(key, Math.max(clock.millis(), at), value);
      changed = keep(List.of(after));
    } finally {
      writing.unlock();
    }
    if (changed) {
      tell(null);
    }
  }

  @Override
  public Node.Watch watch(Runnable listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  // --- For the conversations --------------------------------------------------------------------

  /** Returns what is known, in sum, after another look at the store, which may be another one. */
  Payload reloaded() throws StorageException, InterruptedException {
    writing.lockInterruptibly();
    try {
      keep(List.of());
    } finally {
      writing.unlock();
    }
    return known();
  }

  Payload after(String key) throws StorageException, InterruptedException {
    List<Setting> next = map().after(key, SettingsMessage.MAX_VALUES + 1);
    boolean more = next.size() > SettingsMessage.MAX_VALUES;
    return new SettingsMessage.Told(more ? next.subList(0, SettingsMessage.MAX_VALUES) : next, more)
        .payload();
  }

  boolean isOther(String digest) throws StorageException, InterruptedException {
    return !map().digest().equals(digest);
  }

  /** Takes over what a peer knows. Returns true if any of it was new. */
  boolean learn(Collection<Setting> values) throws StorageException, InterruptedException {
    long latest = clock.millis() + MAX_AHEAD_MILLIS;
    List<Setting> sound = values.stream().filter(one -> one.at() <= latest).toList();
    writing.lockInterruptibly();
    try {
      return keep(sound);
    } finally {
      writing.unlock();
    }
  }

  /** Returns what is known, in sum. */
  Payload known() throws StorageException, InterruptedException {
    return new SettingsMessage.Known(map().digest()).payload();
  }

  /** Tells all but one of what is known now. Does not block. */
  void tellOthers(Session butNot) {
    tell(butNot);
  }

  // --- Keeping and telling ----------------------------------------------------------------------

  private SettingsMap map() throws StorageException, InterruptedException {
    SettingsMap known = map;
    if (known != null) {
      return known;
    }
    writing.lockInterruptibly();
    try {
      keep(List.of());
      return Objects.requireNonNull(map);
    } finally {
      writing.unlock();
    }
  }

  /** Returns true if something is known that was not; it is durable then. With the lock held. */
  private boolean keep(Collection<Setting> news) throws StorageException, InterruptedException {
    Map<String, String> marks = history.borrow(HistoryStore::marks);
    SettingsMap known = map;
    SettingsMap before = known == null ? SettingsMap.EMPTY : known;
    SettingsMap after = before.joined(SettingsSlots.read(marks)).joined(news);
    List<Map.Entry<String, String>> missing =
        new ArrayList<>(SettingsSlots.missing(marks, after).entrySet());
    for (int from = 0; from < missing.size(); from += Batch.MAX_MARKS) {
      Map<String, String> some = new LinkedHashMap<>();
      missing
          .subList(from, Math.min(missing.size(), from + Batch.MAX_MARKS))
          .forEach(mark -> some.put(mark.getKey(), mark.getValue()));
      history.merge(new Batch(List.of(), null, some));
    }
    map = after;
    boolean changed = known != null && !after.equals(known);
    if (changed) {
      listeners.forEach(AccountSettings::call);
    }
    return changed || (known == null && !news.isEmpty());
  }

  private static void call(Runnable listener) {
    try {
      listener.run();
    } catch (RuntimeException e) {
      LOG.warn("A listener of the account's settings failed", e);
    }
  }

  private void tell(@Nullable Session butNot) {
    for (Session session : handler.sessions()) {
      if (session != butNot) {
        try {
          tellers.execute(() -> tellOne(session));
        } catch (RejectedExecutionException e) {
          LOG.debug("a session is told when it opens again");
        }
      }
    }
  }

  /** On a thread of its own: a peer may be slow. */
  private void tellOne(Session session) {
    try {
      session.send(known());
    } catch (ChannelClosedException e) {
      LOG.debug("the session has ended; the next one begins with it");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (StorageException e) {
      LOG.debug("the settings cannot be read now", e);
    }
  }
}
