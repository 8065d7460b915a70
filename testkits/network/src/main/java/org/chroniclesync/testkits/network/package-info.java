// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
/**
 * A network inside one process. {@link org.chroniclesync.testkits.network.MemoryNetwork} gives out
 * discoveries and transports that keep every rule of their seams until a test dials a fault.
 */
@NullMarked
package org.chroniclesync.testkits.network;

import org.jspecify.annotations.NullMarked;
