// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage;

import org.osgi.annotation.versioning.ProviderType;

/**
 * A store in numbers.
 *
 * @param feed the store's change feed
 * @param head the position of its newest change, 0 if there was none
 * @param entries how many visits it holds, without tombstones
 * @param tombstones how many deleted visits it remembers
 */
@ProviderType
public record StoreState(FeedId feed, long head, long entries, long tombstones) {}
