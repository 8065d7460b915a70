// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
/**
 * The conversation over one channel: a thread that seals and sends, one that receives, one that
 * merges, one that reads the feed, and a heartbeat. What differs between a node and a client of
 * version 1 is a {@code Dialect}. An entry goes from here to its message handler and to the store.
 */
@NullMarked
package org.chroniclesync.core.session;

import org.jspecify.annotations.NullMarked;
