/** History in one SQLite file, searchable. Nothing is exported: the store is found as a service. */
@NullMarked
package org.chroniclesync.storage.memory;

import org.jspecify.annotations.NullMarked;
