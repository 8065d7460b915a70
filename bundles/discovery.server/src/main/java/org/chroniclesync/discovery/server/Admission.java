// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.jspecify.annotations.Nullable;

/**
 * Who asks to be let in.
 *
 * @param challenge what has to be answered first, or null if the name needs no proof
 * @param accepted the connection, which counts as a handshake until it has joined
 */
record Admission(
    RoomId room,
    PeerId peer,
    Origin origin,
    @Nullable Challenge challenge,
    AcceptedSockets.Accepted accepted) {}
