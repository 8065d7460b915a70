/**
 * The contract of a storage as tests: whoever writes a {@link
 * org.chroniclesync.api.storage.HistoryStore} extends {@link
 * org.chroniclesync.testkits.storage.HistoryStoreContract}. Whoever uses one tests what becomes of
 * that when it fails, hangs or lies with a {@link org.chroniclesync.testkits.storage.FaultyStore}.
 */
@NullMarked
package org.chroniclesync.testkits.storage;

import org.jspecify.annotations.NullMarked;
