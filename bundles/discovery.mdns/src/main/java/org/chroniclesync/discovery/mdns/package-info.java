// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
/**
 * Finds the devices of an account on the same network. What is said there, to whom, is in section 2
 * of {@code docs/protocol.md}. All of a membership's network belongs to one thread, its loop.
 */
@NullMarked
package org.chroniclesync.discovery.mdns;

import org.jspecify.annotations.NullMarked;
