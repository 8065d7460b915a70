// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage;

import org.chroniclesync.api.history.Entry;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A place in a store's change feed. The feed holds each visit once, at the position of its last
 * change.
 *
 * @param position 1 or greater, strictly rising along the feed
 * @param entry the standing version, which may be a tombstone
 * @param source the feed that this version came from, or null if it was recorded here
 */
@ProviderType
public record Change(long position, Entry entry, @Nullable FeedId source) {}
