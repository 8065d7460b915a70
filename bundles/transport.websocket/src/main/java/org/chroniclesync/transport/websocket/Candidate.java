// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.websocket;

import java.net.InetAddress;

/** Where a node can be reached, perhaps. */
record Candidate(InetAddress address, int port) {}
