/**
 * One device gives another the words of its account, by a short code. Implemented by the core
 * bundle.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.chroniclesync.api.pairing;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
