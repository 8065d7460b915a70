// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors

/** A message handler in a Java module. */
@NullMarked
package org.chroniclesync.itests.modules;

import org.jspecify.annotations.NullMarked;
