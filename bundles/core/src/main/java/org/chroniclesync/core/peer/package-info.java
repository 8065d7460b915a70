// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
/**
 * A device and the effort to be in a session with it: which transport is tried, who offers, when it
 * is tried again. A peer is in one state at a time, and each state closes what it owns.
 */
@NullMarked
package org.chroniclesync.core.peer;

import org.jspecify.annotations.NullMarked;
