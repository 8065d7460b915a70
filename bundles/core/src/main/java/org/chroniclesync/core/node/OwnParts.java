// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.chroniclesync.api.discovery.DiscoveryState;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.sync.NodeStatus.DiscoveryStatus;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.core.base.Troubles;
import org.chroniclesync.core.peer.Transports;
import org.chroniclesync.core.session.MessageHandlers;
import org.chroniclesync.core.session.NodeContext;
import org.jspecify.annotations.Nullable;

/**
 * The parts that the node is bound to.
 *
 * @param context what sessions work with
 * @param rooms the transports and discoveries
 */
record OwnParts(NodeContext context, Rooms rooms) {
  /** The types of messages without whose handlers a session cannot keep histories equal. */
  private static final List<String> NEEDED_TYPES =
      List.of(
          Payload.Ping.TYPE,
          Payload.Pong.TYPE,
          Payload.DeviceInfo.TYPE,
          Payload.History.TYPE,
          Payload.SyncRequest.TYPE,
          Payload.SyncResponse.TYPE,
          Payload.Reconcile.TYPE);

  private static final String TRIED_AGAIN = "The node tries again by itself.";

  private static final Part.Missing NO_IDENTITY =
      new Part.Missing(
          "No bundle tells the node your 24 words, so it knows neither its room nor its keys.",
          "Start the bundle org.chroniclesync.crypto.bouncycastle, and see that its words are there.");

  private static final Part.Missing NO_CODEC =
      new Part.Missing(
          "No bundle reads and writes messages, so nothing can be sent or received.",
          "Start the bundle org.chroniclesync.message.");

  private static final Part.Missing NO_TRANSPORT =
      new Part.Missing(
          "No transport runs, so no device can be reached.",
          "Start the bundle of a transport, such as org.chroniclesync.transport.websocket.");

  private static final Part.Missing NO_DISCOVERY =
      new Part.Missing(
          "No discovery runs, so no device can be found.",
          "Start with --discovery URL, or start the bundle of a discovery.");

  /**
   * How parts are at one moment.
   *
   * @param heldUp why nothing can be sent, received or stored; null if it can be
   */
  record Condition(List<Part> parts, @Nullable String heldUp) {}

  /** Asks those parts that are not asked for each status. */
  void look() {
    context.stores().look();
  }

  Condition condition() {
    Part identity = identity();
    Part codec = codec();
    Set<String> handled = context.handlers().types();
    Part.Missing unhandled = unhandled(handled);
    List<Part> parts = new ArrayList<>();
    parts.add(identity);
    parts.add(codec);
    handled.forEach(type -> parts.add(new Part(MessageHandlers.PART, type, new Part.Well())));
    if (unhandled != null) {
      parts.add(new Part(MessageHandlers.PART, "", unhandled));
    }
    parts.addAll(context.stores().parts());
    parts.addAll(transports());
    parts.addAll(discoveries());
    parts.addAll(context.failures().engine().parts());
    return new Condition(parts, heldUp(identity, codec, unhandled));
  }

  private @Nullable String heldUp(Part identity, Part codec, Part.@Nullable Missing unhandled) {
    for (Part part : List.of(identity, codec)) {
      if (part.state() instanceof Part.Trouble trouble) {
        return trouble.cause();
      }
    }
    return unhandled == null ? context.stores().problem() : unhandled.cause();
  }

  private Part identity() {
    return new Part(
        "identity", "", context.identities().all().isEmpty() ? NO_IDENTITY : new Part.Well());
  }

  private Part codec() {
    return new Part("codec", "", context.codecs().all().isEmpty() ? NO_CODEC : new Part.Well());
  }

  private static Part.@Nullable Missing unhandled(Set<String> handled) {
    List<String> missing = new ArrayList<>(NEEDED_TYPES);
    missing.removeAll(handled);
    return missing.isEmpty()
        ? null
        : new Part.Missing(
            "No bundle handles the messages " + String.join(", ", missing) + ".",
            "Start the bundle org.chroniclesync.handler.standard.");
  }

  private List<Part> transports() {
    List<Part> parts =
        rooms.transports().stream()
            .map(one -> new Part("transport", one.name(), state(one)))
            .toList();
    return parts.isEmpty() ? List.of(new Part("transport", "", NO_TRANSPORT)) : parts;
  }

  private static Part.State state(Transports.Named transport) {
    return transport.service().isMade() ? new Part.Well() : new Part.Starting();
  }

  private List<Part> discoveries() {
    List<Part> parts =
        rooms.discoveries().stream()
            .map(one -> new Part("discovery", one.name(), state(one)))
            .toList();
    return parts.isEmpty() ? List.of(new Part("discovery", "", NO_DISCOVERY)) : parts;
  }

  private static Part.State state(DiscoveryStatus discovery) {
    DiscoveryState state = discovery.state();
    if (state instanceof DiscoveryState.Waiting waiting) {
      return Troubles.failed(waiting.why(), TRIED_AGAIN);
    }
    if (state instanceof DiscoveryState.Refused refused) {
      return Troubles.failed(refused.why(), TRIED_AGAIN);
    }
    if (state instanceof DiscoveryState.Idle idle) {
      return new Part.Paused(idle.why(), "It goes on by itself.");
    }
    if (state instanceof DiscoveryState.Left) {
      return new Part.Failed("It has left the room.", "Start its bundle again.");
    }
    // One that stands by is as it should be.
    return state instanceof DiscoveryState.Joined || state instanceof DiscoveryState.StandingBy
        ? new Part.Well()
        : new Part.Starting();
  }
}
