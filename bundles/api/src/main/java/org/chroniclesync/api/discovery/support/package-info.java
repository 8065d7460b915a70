// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
/**
 * What a discovery is made of, for those who write one: how a listener is told, who is in the room,
 * what waits to be sent, and how a name is proved. Nothing here has to be used; the rules are those
 * of {@link org.chroniclesync.api.discovery.Discovery} and {@link
 * org.chroniclesync.api.discovery.Membership} alone.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.chroniclesync.api.discovery.support;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
