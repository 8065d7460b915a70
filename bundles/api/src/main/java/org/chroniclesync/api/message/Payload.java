// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.message;

import java.util.List;
import java.util.OptionalLong;
import org.chroniclesync.api.history.Bounds;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.Entry;
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
