// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
/** History from files of browsers and other programs, and into files. */
@NullMarked
package org.chroniclesync.files;

import org.jspecify.annotations.NullMarked;
