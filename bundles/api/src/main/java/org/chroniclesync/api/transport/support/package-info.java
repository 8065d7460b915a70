// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
/**
 * What a transport is made of, for those who write one: links that settle who offers and who
 * answers, and the two buffers of a channel. Nothing here has to be used; the rules are those of
 * {@link org.chroniclesync.api.transport.Transport}, {@link org.chroniclesync.api.transport.Link}
 * and {@link org.chroniclesync.api.transport.Channel} alone.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.chroniclesync.api.transport.support;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
