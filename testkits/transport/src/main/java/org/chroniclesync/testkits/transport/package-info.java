// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
/**
 * What every transport is held to. Extend {@link org.chroniclesync.testkits.transport.LinkContract}
 * and {@link org.chroniclesync.testkits.transport.ChannelContract}, and say how yours is started;
 * the tests are named after the rules in the javadoc of the seam.
 */
@NullMarked
package org.chroniclesync.testkits.transport;

import org.jspecify.annotations.NullMarked;
