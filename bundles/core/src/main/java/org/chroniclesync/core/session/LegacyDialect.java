// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.session;

import java.time.Clock;
import java.util.List;
import java.util.OptionalLong;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.message.Hello;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.Segment;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.PeerState;
import org.chroniclesync.api.transport.ChannelClosedException;
import org.chroniclesync.core.store.ClientMarks;
import org.chroniclesync.core.store.Stores;
import org.jspecify.annotations.Nullable;

/** Version 1, as existing clients speak it. */
final class LegacyDialect implements Dialect {
  private final PeerId peer;
  private final Stores stores;
  private final Sender sender;
  private final Inbox inbox;
  private final Clock clock;
  private final LegacyWriter writer;

  /** Whether anything was noted of the client in this session. For the thread that merges. */
  private boolean noted;

  LegacyDialect(
      NodeContext context, PeerId peer, Wire wire, Sender sender, Inbox inbox, PingClock pings) {
    this.peer = peer;
    this.stores = context.stores();
    this.sender = sender;
    this.inbox = inbox;
    this.clock = context.clock();
    this.writer = new LegacyWriter(stores, wire, sender, pings, peer, context.settings().silence());
  }

  /** Asks for what came since the last time, for clients that answer. On the thread that merges. */
  void begin() throws StorageException, InterruptedException {
    long newest = stores.borrow(this::heard);
    OptionalLong since = newest == 0 ? OptionalLong.empty() : OptionalLong.of(newest);
    sender.say(new Payload.SyncRequest(since, null));
  }

  @Override
  public int version() {
    return 1;
  }

  @Override
  public void write() throws ChannelClosedException, InterruptedException, StorageException {
    writer.run();
  }

  @Override
  public void arrived(Inbox.Item.Came came) throws InterruptedException {
    inbox.awaitRoom();
    inbox.add(came);
  }

  @Override
  public void handled(int frameBytes) {}

  @Override
  public void skipped(int frameBytes) {}

  /** Version 1 has no way to ask for it again. */
  @Override
  public void lost() {}

  @Override
  public void met(Hello theirs) {}

  @Override
  public void echoed(double timestamp) {
    writer.echoed(timestamp);
  }

  @Override
  public void request(Payload.SyncRequest request) {
    writer.ask(request.sinceMillis());
  }

  @Override
  public void merge(List<Entry> entries, @Nullable Segment segment, int frameBytes)
      throws StorageException, InterruptedException {
    if (!entries.isEmpty()) {
      List<Entry> allowed = stores.allowed(entries);
      stores.mergeWith(
          (store, epoch) -> store.merge(stores.arrived(batch(store, entries, allowed))));
    }
  }

  private Batch batch(HistoryStore store, List<Entry> came, List<Entry> allowed)
      throws StorageException {
    long newest = heard(store);
    for (Entry entry : came) {
      newest = Math.max(newest, Math.min(entry.lastModifiedMillis(), clock.millis()));
    }
    boolean first = !noted;
    noted = true;
    return new Batch(
        allowed, LegacyWriter.sourceOf(peer), ClientMarks.heard(store, peer, newest, first));
  }

  private long heard(HistoryStore store) throws StorageException {
    return ClientMarks.heard(store, peer);
  }

  @Override
  public void compare(Payload.Reconcile turn) {
    throw new IllegalStateException("version 1 compares nothing");
  }

  @Override
  public void grew() {
    writer.grew();
  }

  @Override
  public void tick() {}

  @Override
  public void doubt() {}

  @Override
  public boolean isComplete() {
    return writer.progress().complete();
  }

  @Override
  public PeerState.Syncing progress() {
    LegacyWriter.Progress served = writer.progress();
    return new PeerState.Syncing(served.served(), served.head());
  }

  @Override
  public void close() {}

  @Override
  public boolean join(long deadline) {
    return true;
  }
}
