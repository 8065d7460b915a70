// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.compare;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryDigest;
import org.chroniclesync.api.history.EntryId;
import org.chroniclesync.api.message.Payload.Reconcile;
import org.chroniclesync.api.message.Payload.Reconcile.Fingerprinted;
import org.chroniclesync.api.message.Payload.Reconcile.Listed;
import org.chroniclesync.api.message.Payload.Reconcile.Part;
import org.chroniclesync.api.message.Payload.Reconcile.Skipped;
import org.chroniclesync.api.message.Payload.Reconcile.Wanted;
import org.chroniclesync.api.storage.Bound;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.Fingerprint;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.Range;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.SummingStore;
import org.chroniclesync.api.storage.support.Summing;
import org.chroniclesync.core.base.EntryText;

/**
 * Finds what two stores do not have in common, in turns. It keeps nothing between them: each answer
 * follows from the turn that came and from what the store holds now, so that entries may come and
 * go meanwhile. For one turn, and one thread.
 */
final class Reconciler {
  /** A range with no more versions is told one by one. */
  static final int FEW = 16;

  /** Into how many parts a range is split that differs. */
  static final int PARTS = 16;

  /** How many versions are read to find the one that a fingerprint speaks of. */
  static final int SEARCHED = 4_096;

  /** A store that would have to read everything for each sum has no more than this compared. */
  static final int SCANNED = 2_000;

  /** Of so many versions that are listed at least a quarter must be here, too. */
  private static final int TELLING = 64;

  /** With more than this to send, or to ask for, sending the feed is the better way. */
  static final int MOST_ENTRIES = 20_000;

  /** So much text of entries is held for one turn at most; entries may be long. */
  private static final long MOST_CHARS = 16 << 20;

  /** Bounds within one moment have ids, and those may be long; a turn has to fit into a record. */
  private static final int MOST_ID_CHARS = 20_000;

  private final SummingStore store;
  private final int few;
  private final int fanOut;
  private final List<Entry> entries = new ArrayList<>();
  private final List<Part> parts = new ArrayList<>();
  private int wanted;
  private int digests;
  private int idChars;
  private long chars;
  private int listed;
  private int common;
  private long oursListed;

  /**
   * What to send: the entries first, so that they are stored when the parts are looked at.
   *
   * @param entries what the peer lacks
   * @param parts of all visits
   */
  record Turn(List<Entry> entries, List<Part> parts) {
    /** Tells whether nothing is left to compare. */
    boolean isLast() {
      return parts.stream().allMatch(Skipped.class::isInstance);
    }
  }

  /** Comparing costs more than it saves. */
  static final class TooDifferentException extends Exception {
    private static final long serialVersionUID = 1L;
  }

  Reconciler(HistoryStore store) {
    this(store, FEW, PARTS);
  }

  /** With other limits, so that small sets go all the ways that large ones go. */
  Reconciler(HistoryStore store, int few, int fanOut) {
    this.store = Summing.of(store);
    this.few = few;
    this.fanOut = fanOut;
  }

  /**
   * The first turn: the newer, the finer, for what two devices do not have in common is mostly new.
   * Each part has three quarters of what is left.
   */
  Turn opening() throws StorageException {
    Bound from = Bound.START;
    while (true) {
      Range rest = new Range(from, Bound.END);
      Fingerprint fingerprint = store.fingerprint(rest);
      List<Bound> quarters = fingerprint.count() <= 2L * few ? List.of() : store.split(rest, 4);
      if (quarters.isEmpty()) {
        add(new Fingerprinted(Bound.END, fingerprint));
        return new Turn(List.of(), parts);
      }
      Bound until = quarters.get(quarters.size() - 1);
      add(new Fingerprinted(until, store.fingerprint(new Range(from, until))));
      from = until;
    }
  }

  /** Answers a turn of the peer. */
  Turn answer(List<Part> theirs) throws StorageException, TooDifferentException {
    Bound from = Bound.START;
    for (Part part : theirs) {
      if (Thread.currentThread().isInterrupted()) {
        throw new TooDifferentException(); // the session has ended
      }
      answer(new Range(from, part.until()), part);
      from = part.until();
      if (isTooDifferent()) {
        throw new TooDifferentException();
      }
    }
    if (hasNothingInCommon()) {
      throw new TooDifferentException();
    }
    return new Turn(entries, parts);
  }

  private boolean isTooDifferent() {
    return parts.size() > Reconcile.MAX_PARTS
        || digests > Reconcile.MAX_DIGESTS
        || wanted > MOST_ENTRIES
        || idChars > MOST_ID_CHARS;
  }

  private void add(Part part) {
    EntryId id = part.until().id();
    idChars += id == null ? 0 : id.device().value().length() + id.visitId().length();
    parts.add(part);
  }

  /**
   * Two devices that never met have nothing in common, and listing all that they have is in vain.
   * But a stretch that one of them lacks altogether is what this is for.
   */
  private boolean hasNothingInCommon() throws StorageException {
    long half = (store.state().entries() + store.state().tombstones()) / 2;
    return listed >= TELLING && common < listed / 4 && oursListed > half;
  }

  /** Tells whether a store is fit to be compared. */
  static boolean canCompare(HistoryStore store) throws StorageException {
    return store instanceof SummingStore
        || store.state().entries() + store.state().tombstones() <= SCANNED;
  }

  private void answer(Range range, Part part) throws StorageException, TooDifferentException {
    if (part instanceof Fingerprinted sum) {
      compare(range, sum.fingerprint());
    } else if (part instanceof Listed theirs) {
      Set<EntryDigest> lacking = new LinkedHashSet<>(theirs.digests());
      sendAllBut(range, lacking);
      listed += theirs.digests().size();
      common += theirs.digests().size() - lacking.size();
      wantOrSkip(range.until(), lacking);
    } else if (part instanceof Wanted asked) {
      Set<EntryDigest> missing = new LinkedHashSet<>(asked.digests());
      send(range, missing);
      if (missing.isEmpty()) {
        skip(range.until());
      } else {
        tell(range, store.fingerprint(range));
      }
    } else {
      skip(range.until());
    }
  }

  /**
   * Sums can be subtracted. Where one side has one version more, the difference is the digest of
   * that version; unless several differ, which the search for it, here or there, shows.
   */
  private void compare(Range range, Fingerprint theirs)
      throws StorageException, TooDifferentException {
    Fingerprint ours = store.fingerprint(range);
    long more = ours.count() - theirs.count();
    if (ours.equals(theirs)) {
      skip(range.until());
    } else if (more == -1 && theirs.count() <= SEARCHED) {
      wantOrSkip(range.until(), Set.of(difference(theirs, ours)));
    } else if (more == 1 && ours.count() <= SEARCHED && isSent(range, difference(ours, theirs))) {
      skip(range.until());
    } else {
      tell(range, ours);
    }
  }

  private static EntryDigest difference(Fingerprint greater, Fingerprint smaller) {
    Fingerprint rest = greater.minus(smaller);
    return new EntryDigest(rest.high(), rest.low());
  }

  private boolean isSent(Range range, EntryDigest digest)
      throws StorageException, TooDifferentException {
    Set<EntryDigest> missing = new LinkedHashSet<>(Set.of(digest));
    send(range, missing);
    return missing.isEmpty();
  }

  /** Says what we have: few versions one by one, many in parts. */
  private void tell(Range range, Fingerprint ours) throws StorageException {
    List<Bound> bounds = ours.count() <= few ? List.of() : store.split(range, fanOut);
    if (bounds.isEmpty()) {
      list(range);
      return;
    }
    Bound from = range.from();
    for (Bound until : bounds) {
      add(new Fingerprinted(until, store.fingerprint(new Range(from, until))));
      from = until;
    }
    Range last = new Range(from, range.until());
    add(new Fingerprinted(range.until(), store.fingerprint(last)));
  }

  private void list(Range range) throws StorageException {
    List<EntryDigest> listed = new ArrayList<>();
    try (Cursor<Entry> standing = store.standing(range)) {
      for (Entry entry = standing.next();
          entry != null && listed.size() <= Reconcile.MAX_DIGESTS;
          entry = standing.next()) {
        listed.add(EntryDigest.of(entry));
      }
    }
    digests += listed.size();
    add(new Listed(range.until(), listed));
  }

  /** Sends what is named, and takes the names away of what was found. */
  private void send(Range range, Set<EntryDigest> named)
      throws StorageException, TooDifferentException {
    try (Cursor<Entry> standing = store.standing(range)) {
      for (Entry entry = standing.next();
          entry != null && !named.isEmpty();
          entry = standing.next()) {
        if (named.remove(EntryDigest.of(entry))) {
          send(entry);
        }
      }
    }
  }

  /** Sends what is not named, and takes the names away of what is here. */
  private void sendAllBut(Range range, Set<EntryDigest> named)
      throws StorageException, TooDifferentException {
    try (Cursor<Entry> standing = store.standing(range)) {
      for (Entry entry = standing.next(); entry != null; entry = standing.next()) {
        oursListed++;
        if (!named.remove(EntryDigest.of(entry))) {
          send(entry);
        }
      }
    }
  }

  private void send(Entry entry) throws TooDifferentException {
    chars += EntryText.chars(entry);
    if (entries.size() >= MOST_ENTRIES || chars > MOST_CHARS) {
      throw new TooDifferentException();
    }
    entries.add(entry);
  }

  private void wantOrSkip(Bound until, Set<EntryDigest> lacking) {
    if (lacking.isEmpty()) {
      skip(until);
      return;
    }
    wanted += lacking.size();
    digests += lacking.size();
    add(new Wanted(until, List.copyOf(lacking)));
  }

  /** Neighbours that are skipped are one part. */
  private void skip(Bound until) {
    int last = parts.size() - 1;
    if (last >= 0 && parts.get(last) instanceof Skipped) {
      parts.set(last, new Skipped(until));
    } else {
      add(new Skipped(until));
    }
  }
}
