/**
 * A running node as shell, web page and embedders see it. Implemented by the core bundle, but for
 * {@link PartReporter}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.chroniclesync.api.sync;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
