// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.message;

import java.util.ArrayList;
import java.util.List;
import org.chroniclesync.api.history.Bounds;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.EntryDigest;
import org.chroniclesync.api.history.EntryId;
import org.chroniclesync.api.message.MalformedMessageException;
import org.chroniclesync.api.message.Message;
import org.chroniclesync.api.message.MessageCodec;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.Payload.Reconcile.Fingerprinted;
import org.chroniclesync.api.message.Payload.Reconcile.Listed;
import org.chroniclesync.api.message.Payload.Reconcile.Part;
import org.chroniclesync.api.message.Payload.Reconcile.Skipped;
import org.chroniclesync.api.message.Payload.Reconcile.Step;
import org.chroniclesync.api.message.Payload.Reconcile.Wanted;
import org.chroniclesync.api.storage.Bound;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.api.storage.Fingerprint;

/** Records that reconcile: CBOR as it is, for digests do not compress. */
final class ReconcileRecord {
  private static final int SKIP = 0;
  private static final int FINGERPRINTED = 1;
  private static final int LISTED = 2;
  private static final int WANTED = 3;

  /** How many there are of each kind, without those of an id. */
  private static final int[] FIELDS = {2, 4, 3, 3};

  private static final List<Step> STEPS =
      List.of(Step.WISH, Step.TURN, Step.DONE, Step.TOO_DIFFERENT);
  private static final int DIGEST_BYTES = 16;
  private static final int ID_FIELDS = 2;
  private static final long[] NO_HALVES = {};

  private ReconcileRecord() {}

  static byte[] pack(Message message, Payload.Reconcile reconcile, byte kind) {
    CborWriter to = new CborWriter();
    to.integer(kind);
    to.text(Bounds.text("sender", message.sender(), Bounds.MAX_ID_CHARS));
    to.integer(message.timestampMillis());
    to.integer(STEPS.indexOf(reconcile.step()));
    to.text(reconcile.feed().value());
    to.integer(reconcile.head());
    to.array(reconcile.parts().size());
    long before = 0;
    for (Part part : reconcile.parts()) {
      before = write(part, before, to);
    }
    if (to.length() > MessageCodec.MAX_RECORD_BYTES) {
      throw new IllegalArgumentException(
          to.length() + " bytes; a record has at most " + MessageCodec.MAX_RECORD_BYTES);
    }
    return to.toBytes();
  }

  private static long write(Part part, long before, CborWriter to) {
    Bound until = part.until();
    EntryId id = until.id();
    int kind = kind(part);
    to.array(FIELDS[kind] + (id == null ? 0 : ID_FIELDS));
    to.integer(kind);
    long time = time(until.visitTimeMillis(), before, to);
    data(part, to);
    if (id != null) {
      to.text(id.device().value());
      to.text(id.visitId());
    }
    return time;
  }

  private static int kind(Part part) {
    if (part instanceof Skipped) {
      return SKIP;
    }
    if (part instanceof Fingerprinted) {
      return FINGERPRINTED;
    }
    return part instanceof Listed ? LISTED : WANTED;
  }

  private static long time(double millis, long before, CborWriter to) {
    long micros = VisitNames.micros(millis);
    if (millis == Double.POSITIVE_INFINITY) {
      to.nothing();
    } else if (micros == VisitNames.NO_MICROS) {
      to.real(millis);
    } else {
      to.integer(micros - before);
      return micros;
    }
    return before;
  }

  private static void data(Part part, CborWriter to) {
    if (part instanceof Fingerprinted sum) {
      to.integer(sum.fingerprint().count());
      to.bytes(DIGEST_BYTES);
      to.half(sum.fingerprint().high());
      to.half(sum.fingerprint().low());
    } else if (part instanceof Listed listed) {
      digests(listed.digests(), to);
    } else if (part instanceof Wanted wanted) {
      digests(wanted.digests(), to);
    }
  }

  private static void digests(List<EntryDigest> digests, CborWriter to) {
    to.bytes(DIGEST_BYTES * digests.size());
    for (EntryDigest digest : digests) {
      to.half(digest.high());
      to.half(digest.low());
    }
  }

  static Message unpack(byte[] packed) throws MalformedMessageException {
    CborReader from = new CborReader(packed, 1, packed.length);
    String sender = Bounds.text("sender", from.text(), Bounds.MAX_ID_CHARS);
    long timestamp = from.integer();
    Step step = STEPS.get(from.integer(STEPS.size()));
    FeedId feed = new FeedId(from.text());
    long head = from.integer();
    Payload.Reconcile reconcile = new Payload.Reconcile(step, feed, head, parts(from));
    from.requireEnd();
    return new Message(reconcile, sender, timestamp);
  }

  private static List<Part> parts(CborReader from) throws MalformedMessageException {
    int size = from.array();
    if (size > Payload.Reconcile.MAX_PARTS) {
      throw new MalformedMessageException(
          size + " parts; at most " + Payload.Reconcile.MAX_PARTS + " are allowed", null);
    }
    List<Part> parts = new ArrayList<>(size);
    long before = 0;
    for (int i = 0; i < size; i++) {
      int fields = from.array();
      int kind = from.integer(WANTED + 1);
      int plain = FIELDS[kind];
      if (fields != plain && fields != plain + ID_FIELDS) {
        throw new MalformedMessageException("a part of " + fields + " fields", null);
      }
      double millis;
      if (from.nothing()) {
        millis = Double.POSITIVE_INFINITY;
      } else if (from.isReal()) {
        millis = from.real();
      } else {
        before = VisitNames.later(before, from.integer());
        millis = VisitNames.millis(before);
      }
      long count = kind == FINGERPRINTED ? from.integer() : 0;
      long[] halves = kind == SKIP ? NO_HALVES : from.halves();
      EntryId id = fields == plain ? null : id(from);
      parts.add(part(kind, new Bound(millis, id), count, halves));
    }
    return parts;
  }

  private static EntryId id(CborReader from) throws MalformedMessageException {
    return new EntryId(new DeviceId(from.text()), from.text());
  }

  private static Part part(int kind, Bound until, long count, long[] halves)
      throws MalformedMessageException {
    return switch (kind) {
      case SKIP -> new Skipped(until);
      case LISTED -> new Listed(until, digests(halves));
      case WANTED -> new Wanted(until, digests(halves));
      default -> {
        if (halves.length != 2 || count < 0) {
          throw new MalformedMessageException("a fingerprint is a count and 16 bytes", null);
        }
        yield new Fingerprinted(until, new Fingerprint(count, halves[0], halves[1]));
      }
    };
  }

  private static List<EntryDigest> digests(long[] halves) {
    List<EntryDigest> digests = new ArrayList<>(halves.length / 2);
    for (int i = 0; i < halves.length; i += 2) {
      digests.add(new EntryDigest(halves[i], halves[i + 1]));
    }
    return digests;
  }
}
