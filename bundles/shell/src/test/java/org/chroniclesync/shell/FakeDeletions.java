// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.DeviceSummary;
import org.chroniclesync.api.storage.Selection;
import org.chroniclesync.api.sync.Deletion;
import org.chroniclesync.api.sync.DeletionWork;
import org.chroniclesync.api.sync.Deletions;
import org.chroniclesync.api.sync.KnownDevice;
import org.chroniclesync.api.sync.Preview;

/** Notes what it is asked for, and says that it has deleted three visits. */
final class FakeDeletions implements Deletions {
  static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");

  final List<Selection> previewed = new ArrayList<>();
  final List<Selection> deleted = new ArrayList<>();
  final List<Long> undone = new ArrayList<>();
  boolean undoable;
  long visits = 3;
  private final Device device;

  FakeDeletions(Device device) {
    this.device = device;
  }

  @Override
  public Preview preview(Selection selection, Predicate<? super Entry> which) {
    previewed.add(selection);
    return new Preview(1_234, 20, 3, List.of(new DeviceSummary(device, 1_234)));
  }

  @Override
  public DeletionWork delete(
      Selection selection, Predicate<? super Entry> which, boolean canBeUndone) {
    deleted.add(selection);
    undoable = canBeUndone;
    return work(deletion(canBeUndone ? Deletion.State.UNDOABLE : Deletion.State.FINAL));
  }

  @Override
  public DeletionWork undo(long number) {
    undone.add(number);
    return work(deletion(Deletion.State.UNDONE));
  }

  @Override
  public List<Deletion> all() {
    return deleted.isEmpty() ? List.of() : List.of(deletion(Deletion.State.UNDOABLE));
  }

  private Deletion deletion(Deletion.State state) {
    KnownDevice phone =
        new KnownDevice(PeerId.ofNode("phone"), true, "Phone" + FakeNode.HOSTILE, AT, AT);
    KnownDevice tablet = new KnownDevice(PeerId.ofNode("tablet"), true, "Tablet", AT, AT);
    return new Deletion(
        7,
        AT,
        visits,
        state,
        state == Deletion.State.UNDOABLE ? AT.plusSeconds(600) : null,
        null,
        List.of(tablet),
        List.of(phone));
  }

  private static DeletionWork work(Deletion now) {
    return new DeletionWork() {
      @Override
      public Deletion now() {
        return now;
      }

      @Override
      public boolean await(Duration patience) {
        return true;
      }

      @Override
      public void cancel() {}
    };
  }
}
