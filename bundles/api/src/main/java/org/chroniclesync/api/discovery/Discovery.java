// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.discovery;

import java.util.function.Consumer;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A way to find the devices of one's account and to pass signals to them. Registered as an OSGi
 * service with the property {@value #NAME_PROPERTY}; a node uses all that there are at once, but
 * for those that stand by (see {@link #PRIORITY_PROPERTY}). Safe for any thread.
 *
 * <p>The rules, each of which is a test of the discovery kit (those of a membership are numbered
 * on):
 *
 * <ol>
 *   <li>{@link #join} returns at once, whoever can be reached and whatever the listener does.
 *   <li>A listener is told of events one at a time, and never by a thread that calls in.
 *   <li>A listener that throws, be it an {@link Error}, is told of what comes after all the same.
 *   <li>Memberships are apart: one that is closed, or whose listener blocks, does not touch
 *       another.
 *   <li>When the service leaves, its owner closes the memberships that it gave out, and nobody can
 *       join any more ({@link IllegalStateException}).
 *   <li>What has been closed leaves no thread behind.
 * </ol>
 */
@ConsumerType
public interface Discovery {
  /** The service property that names this discovery to a person, such as {@code websocket}. */
  String NAME_PROPERTY = "discovery.name";

  /**
   * The service property, a boolean, of a discovery by which clients of version 1 cannot be met.
   * The node stays out of their room there, and so tells nobody its name.
   */
  String NODES_ONLY_PROPERTY = "discovery.nodes.only";

  /**
   * The service property, a whole number, of a discovery that has others to stand in for it. The
   * node uses those with the smallest number, and one with a greater number only while none with a
   * smaller one is in its room, or a device is not found there. A discovery without this property
   * has no part in that: it is used all the time, and none stands in for it.
   */
  String PRIORITY_PROPERTY = "priority";

  /**
   * Joins a room. Returns at once and goes on trying until the membership is closed. When the
   * service leaves, its owner closes the memberships that it gave out.
   *
   * @param room the room
   * @param self the name of this device in the room, and how to prove it where the discovery asks
   *     for a proof. Lasts as long as the membership; its methods may throw {@link
   *     IllegalStateException} while no crypto service is there, and the discovery tries again.
   * @param listener told of events one at a time, in order, never on an I/O thread; it may block
   *     briefly
   * @return the membership
   */
  Membership join(RoomId room, Credentials self, Consumer<DiscoveryEvent> listener);
}
