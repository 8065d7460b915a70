// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
/**
 * The history, in whatever store there is: one store is in use and leased, the others stand by and
 * are filled from it. Each call of a store is guarded here. An entry ends its way in this room.
 */
@NullMarked
package org.chroniclesync.core.store;

import org.jspecify.annotations.NullMarked;
