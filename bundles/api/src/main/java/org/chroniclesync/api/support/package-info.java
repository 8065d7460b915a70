// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
/**
 * What authors of transports and of discoveries need alike: a thread that does one thing after
 * another, and how long to wait before the next attempt. Nothing here has to be used; the rules are
 * those of the seams alone.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.chroniclesync.api.support;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
