// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
/**
 * What its owner wants kept of a history and what not: rules of a device and of the account, the
 * time for which visits are kept, and pauses. Implemented by the bundle {@code account}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.chroniclesync.api.rules;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
