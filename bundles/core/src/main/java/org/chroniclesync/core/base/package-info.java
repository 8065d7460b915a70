// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
/**
 * What every room of the engine uses: the configuration, the event loop, services on loan, the log
 * of failures. It knows no other room.
 */
@NullMarked
package org.chroniclesync.core.base;

import org.jspecify.annotations.NullMarked;
