/** Writes what can be known from the bundles into the documentation. */
@NullMarked
package org.chroniclesync.docs;

import org.jspecify.annotations.NullMarked;
