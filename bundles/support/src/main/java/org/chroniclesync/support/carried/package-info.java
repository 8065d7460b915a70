// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
/** What a person carries from one device to the other. */
@NullMarked
package org.chroniclesync.support.carried;

import org.jspecify.annotations.NullMarked;
