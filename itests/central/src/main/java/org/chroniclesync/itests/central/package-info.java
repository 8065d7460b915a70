// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors

/** Whether a repository that the build made may be published. */
@NullMarked
package org.chroniclesync.itests.central;

import org.jspecify.annotations.NullMarked;
