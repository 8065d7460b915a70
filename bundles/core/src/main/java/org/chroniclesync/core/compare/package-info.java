// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
/**
 * Comparing our history with a peer's by fingerprints, turn by turn, so that what one side lacks is
 * found without sending everything. Works on stores; the session carries the turns.
 */
@NullMarked
package org.chroniclesync.core.compare;

import org.jspecify.annotations.NullMarked;
