// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
/** What the wrapped library needs beside it, because it outlives those who use it. */
@Export
@Version("1.0.0")
@NullMarked
package org.chroniclesync.lib.webrtc;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
