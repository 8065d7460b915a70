/**
 * The contract of a storage as tests: whoever writes a {@link
 * org.chroniclesync.api.storage.HistoryStore} extends {@link
 * org.chroniclesync.testkits.storage.HistoryStoreContract}.
 */
@NullMarked
package org.chroniclesync.testkits.storage;

import org.jspecify.annotations.NullMarked;
