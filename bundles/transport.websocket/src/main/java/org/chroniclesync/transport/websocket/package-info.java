// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
/** Channels over TLS WebSockets, straight from node to node. */
@NullMarked
package org.chroniclesync.transport.websocket;

import org.jspecify.annotations.NullMarked;
