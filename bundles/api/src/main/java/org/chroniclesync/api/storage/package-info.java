/**
 * Where history is kept. Third parties implement {@link
 * org.chroniclesync.api.storage.HistoryStore}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.chroniclesync.api.storage;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
