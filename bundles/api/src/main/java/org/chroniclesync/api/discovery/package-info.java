/**
 * How devices find each other. Third parties implement {@link
 * org.chroniclesync.api.discovery.Discovery}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.chroniclesync.api.discovery;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
