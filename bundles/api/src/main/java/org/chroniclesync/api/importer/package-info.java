/**
 * The import of what the browsers of this machine keep, as shell and web page see it. Implemented
 * by the importer's bundle.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.chroniclesync.api.importer;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
