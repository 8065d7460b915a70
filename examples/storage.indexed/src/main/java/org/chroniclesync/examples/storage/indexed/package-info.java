/** A storage to learn from: history in an embedded key-value store, with indexes and sums. */
@NullMarked
package org.chroniclesync.examples.storage.indexed;

import org.jspecify.annotations.NullMarked;
