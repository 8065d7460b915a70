// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
/**
 * The node itself: its bindings to the services that come and go, its rooms (the discoveries that
 * it has joined, and the peers found there), and its face, which is {@code Node} and {@code
 * History}.
 */
@NullMarked
package org.chroniclesync.core.node;

import org.jspecify.annotations.NullMarked;
