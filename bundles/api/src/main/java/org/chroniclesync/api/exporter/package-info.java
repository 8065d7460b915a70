// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
/** The export of the history, as shell and embedders see it. Implemented by the bundle of files. */
@Export
@Version("1.0.0")
@NullMarked
package org.chroniclesync.api.exporter;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
