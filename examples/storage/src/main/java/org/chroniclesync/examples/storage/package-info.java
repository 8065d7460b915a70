/** A storage to learn from: history in a plain file that only grows. */
@NullMarked
package org.chroniclesync.examples.storage;

import org.jspecify.annotations.NullMarked;
