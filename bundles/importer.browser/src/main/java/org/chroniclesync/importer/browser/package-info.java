/**
 * Brings the history of the browsers on this machine into the node's history. Everything but the
 * service {@link org.chroniclesync.importer.browser.BrowserImport} is private.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.chroniclesync.importer.browser;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
