// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
/** What browsers keep in their databases, and when two visits are one. */
@NullMarked
package org.chroniclesync.support.browsers;

import org.jspecify.annotations.NullMarked;
