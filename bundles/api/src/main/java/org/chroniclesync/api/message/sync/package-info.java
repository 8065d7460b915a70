// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
/**
 * What the handlers of the standard messages ask of a session. Nobody else needs it; who replaces a
 * standard handler does.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.chroniclesync.api.message.sync;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
