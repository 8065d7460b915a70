/**
 * The values of a browsing history: entries, who recorded them, and which of two versions stands.
 * All are immutable.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.chroniclesync.api.history;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
