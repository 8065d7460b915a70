// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
/** What an assistant may ask a node: a server of the Model Context Protocol. */
@NullMarked
package org.chroniclesync.runtime.mcp;

import org.jspecify.annotations.NullMarked;
