// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
/**
 * Taking visits out of the history for good: the deletions of this device, what they can be undone
 * from, and the erasing of what tombstones replaced.
 */
@NullMarked
package org.chroniclesync.core.delete;

import org.jspecify.annotations.NullMarked;
