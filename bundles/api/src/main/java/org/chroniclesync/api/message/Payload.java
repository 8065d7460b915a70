// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.message;

import java.util.List;
import java.util.OptionalLong;
import org.chroniclesync.api.history.Bounds;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceName;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryDigest;
import org.chroniclesync.api.storage.Bound;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.api.storage.Fingerprint;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/** What a message says. The six types of version 1, and any other that a handler makes its own. */
@ProviderType
public sealed interface Payload {
  /**
   * Returns the message type.
   *
   * @return the value of the member {@code type}
   */
  String type();

  /**
   * Tells whether a message steers the session. Such messages are small, never wait behind others,
   * and need no credit.
   *
   * @return true for {@code ping}, {@code pong}, {@code device}, {@code sync-request} and {@code
   *     credit}
   */
  default boolean isControl() {
    return this instanceof Ping
        || this instanceof Pong
        || this instanceof DeviceInfo
        || this instanceof SyncRequest
        || this instanceof Credit;
  }

  /**
   * Asks for an echo. Both ends send one as soon as the channel opens.
   *
   * @param timestamp what is to be echoed, milliseconds since 1970 by the sender's clock, as it
   *     came
   * @param hello who asks, or null for a legacy peer
   */
  @ProviderType
  record Ping(double timestamp, @Nullable Hello hello) implements Payload {
    /** The message type. */
    public static final String TYPE = "ping";

    @Override
    public String type() {
      return TYPE;
    }
  }

  /**
   * The echo of a ping. On an ordered channel it also says that all before the ping has arrived.
   *
   * @param timestamp what the ping held, unchanged
   * @param hello who answers, or null for a legacy peer
   */
  @ProviderType
  record Pong(double timestamp, @Nullable Hello hello) implements Payload {
    /** The message type. */
    public static final String TYPE = "pong";

    @Override
    public String type() {
      return TYPE;
    }
  }

  /**
   * Entries that the sender has and the receiver may not have.
   *
   * @param entries the entries
   * @param segment what part of the sender's feed this is, or null from a legacy peer
   * @param refused how many entries of the message were unusable and left out by the decoder
   */
  @ProviderType
  record History(List<Entry> entries, @Nullable Segment segment, int refused) implements Payload {
    /** The message type. */
    public static final String TYPE = "history";

    /** Copies the list. */
    public History {
      entries = List.copyOf(entries);
    }

    @Override
    public String type() {
      return TYPE;
    }
  }

  /**
   * Who the sender is.
   *
   * @param device the device
   */
  @ProviderType
  record DeviceInfo(Device device) implements Payload {
    /** The message type. */
    public static final String TYPE = "device";

    @Override
    public String type() {
      return TYPE;
    }
  }

  /**
   * Asks for entries, and acknowledges those before.
   *
   * @param sinceMillis only versions made at this time or later, milliseconds since 1970; empty for
   *     everything
   * @param position where the asking node stands in the receiver's feed, or null from a legacy peer
   */
  @ProviderType
  record SyncRequest(OptionalLong sinceMillis, @Nullable FeedPosition position) implements Payload {
    /** The message type. */
    public static final String TYPE = "sync-request";

    @Override
    public String type() {
      return TYPE;
    }
  }

  /**
   * Entries that were asked for.
   *
   * @param entries the entries
   * @param segment what part of the sender's feed this is, or null from a legacy peer
   * @param refused how many entries of the message were unusable and left out by the decoder
   */
  @ProviderType
  record SyncResponse(List<Entry> entries, @Nullable Segment segment, int refused)
      implements Payload {
    /** The message type. */
    public static final String TYPE = "sync-response";

    /** Copies the list. */
    public SyncResponse {
      entries = List.copyOf(entries);
    }

    @Override
    public String type() {
      return TYPE;
    }
  }

  /**
   * Lets the peer send more. Between nodes only, in version 2. A node may begin a message while the
   * frames of all such messages before it come to less than the credit; the first credit is the
   * window of the receiver's {@link Hello.Share}. Of all types but {@code ping}, {@code pong},
   * {@code device}, {@code sync-request} and this one, the frames count.
   *
   * @param upTo how many bytes of frames the receiver of this message may have sent in this
   *     session, 0 or greater; a smaller number than before changes nothing
   */
  @ProviderType
  record Credit(long upTo) implements Payload {
    /** The message type. */
    public static final String TYPE = "credit";

    /**
     * Checks the bounds.
     *
     * @throws IllegalArgumentException if the number is negative
     */
    public Credit {
      if (upTo < 0) {
        throw new IllegalArgumentException("a credit of " + upTo + " bytes");
      }
    }

    @Override
    public String type() {
      return TYPE;
    }
  }

  /**
   * What devices are called. Between nodes only, in version 2.
   *
   * @param names at most {@value #MAX_NAMES}, each of another device
   * @param asks whether the sender wants to hear what the receiver knows besides
   */
  @ProviderType
  record DeviceNames(List<DeviceName> names, boolean asks) implements Payload {
    /** The message type. */
    public static final String TYPE = "device-names";

    /** How many names a message may have. */
    public static final int MAX_NAMES = 256;

    /**
     * Copies the list and checks the bounds.
     *
     * @throws IllegalArgumentException if there are too many names
     */
    public DeviceNames {
      names = List.copyOf(names);
      if (names.size() > MAX_NAMES) {
        throw new IllegalArgumentException(
            names.size() + " names of devices; at most " + MAX_NAMES + " are allowed");
      }
    }

    @Override
    public String type() {
      return TYPE;
    }
  }

  /**
   * A turn of two nodes that find out what either lacks, range by range. Between nodes only, in
   * version 2.
   *
   * @param step what the sender wants or has come to
   * @param feed the sender's feed
   * @param head its newest position when the turn was made
   * @param parts of all visits, from the first on, each from the end of the one before; at most
   *     {@value #MAX_PARTS}, none unless the step is {@link Step#TURN}
   */
  @ProviderType
  record Reconcile(Step step, FeedId feed, long head, List<Part> parts) implements Payload {
    /** The message type. */
    public static final String TYPE = "reconcile";

    /** How many parts a turn may have. */
    public static final int MAX_PARTS = 16_384;

    /** How many digests the parts of a turn may have in all. */
    public static final int MAX_DIGESTS = 32_768;

    /** What a turn is for. */
    @ProviderType
    public enum Step {
      /** Asks the other to begin. */
      WISH,
      /** Compares. */
      TURN,
      /** What could be compared is the same, once the entries sent before are stored. */
      DONE,
      /** Comparing would cost more than sending everything. */
      TOO_DIFFERENT
    }

    /**
     * A stretch of the order of all visits.
     *
     * @see org.chroniclesync.api.storage.Range
     */
    @ProviderType
    public sealed interface Part {
      /**
       * Returns where it ends.
       *
       * @return the first place that does not belong to it
       */
      Bound until();
    }

    /**
     * Nothing is to be done.
     *
     * @param until where it ends
     */
    @ProviderType
    public record Skipped(Bound until) implements Part {}

    /**
     * Here is what the sender has, in sum.
     *
     * @param until where it ends
     * @param fingerprint of what it has
     */
    @ProviderType
    public record Fingerprinted(Bound until, Fingerprint fingerprint) implements Part {}

    /**
     * Here is what the sender has, one by one.
     *
     * @param until where it ends
     * @param digests of what it has
     */
    @ProviderType
    public record Listed(Bound until, List<EntryDigest> digests) implements Part {
      /** Copies the list. */
      public Listed {
        digests = List.copyOf(digests);
      }
    }

    /**
     * Here is what the sender lacks.
     *
     * @param until where it ends
     * @param digests of what it lacks
     */
    @ProviderType
    public record Wanted(Bound until, List<EntryDigest> digests) implements Part {
      /** Copies the list. */
      public Wanted {
        digests = List.copyOf(digests);
      }
    }

    /**
     * Checks the bounds, and copies the list.
     *
     * @throws IllegalArgumentException if there are too many parts or digests, or the parts do not
     *     rise up to the end
     */
    public Reconcile {
      parts = List.copyOf(parts);
      if (head < 0 || parts.size() > MAX_PARTS) {
        throw new IllegalArgumentException(parts.size() + " parts of a feed up to " + head);
      }
      long digests = 0;
      Bound from = Bound.START;
      for (Part part : parts) {
        if (part.until().compareTo(from) <= 0) {
          throw new IllegalArgumentException("a part ends before it begins");
        }
        from = part.until();
        digests +=
            part instanceof Listed listed
                ? listed.digests().size()
                : part instanceof Wanted wanted ? wanted.digests().size() : 0;
      }
      if (digests > MAX_DIGESTS) {
        throw new IllegalArgumentException(digests + " digests");
      }
      if (step == Step.TURN ? !from.equals(Bound.END) : !parts.isEmpty()) {
        throw new IllegalArgumentException("a " + step + " with these parts");
      }
    }

    @Override
    public String type() {
      return TYPE;
    }
  }

  /**
   * A message of a type that only its handler knows.
   *
   * @param type the message type, 1 to {@value Bounds#MAX_ID_CHARS} characters
   * @param json the text of the member {@code data}, any JSON value
   */
  @ProviderType
  record Other(String type, String json) implements Payload {
    /**
     * Checks the bounds.
     *
     * @throws IllegalArgumentException if the type is outside them
     */
    public Other {
      Bounds.id("message type", type);
    }
  }
}
