// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
/** QR codes, for the cameras of other devices. */
@NullMarked
package org.chroniclesync.support.qr;

import org.jspecify.annotations.NullMarked;
