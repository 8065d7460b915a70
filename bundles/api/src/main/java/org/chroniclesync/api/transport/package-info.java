/**
 * How two devices that know of each other make a channel. Third parties implement {@link
 * org.chroniclesync.api.transport.Transport}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.chroniclesync.api.transport;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
