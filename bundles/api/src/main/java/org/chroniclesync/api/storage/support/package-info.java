/**
 * What a store is made of, for those who write one: words and questions, reads and searches over a
 * change feed for a store that has no index, and entries as bytes. Nothing here has to be used; the
 * rules are those of {@link org.chroniclesync.api.storage.HistoryStore} alone.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.chroniclesync.api.storage.support;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
