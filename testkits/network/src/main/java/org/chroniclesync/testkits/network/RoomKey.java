// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.network;

import org.chroniclesync.api.discovery.RoomId;

/** A room of one discovery. Rooms of discoveries with different names are different rooms. */
record RoomKey(String discovery, RoomId room) {}
