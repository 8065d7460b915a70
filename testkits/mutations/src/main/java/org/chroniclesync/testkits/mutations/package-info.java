// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
/** What parsers meet, changed at random. */
@NullMarked
package org.chroniclesync.testkits.mutations;

import org.jspecify.annotations.NullMarked;
