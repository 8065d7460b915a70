/** The page that a person opens in a browser. Implemented by the bundle {@code web}. */
@Export
@Version("1.0.0")
@NullMarked
package org.chroniclesync.api.page;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
