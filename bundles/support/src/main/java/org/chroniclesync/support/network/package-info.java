/** Addresses from strangers. */
@NullMarked
package org.chroniclesync.support.network;

import org.jspecify.annotations.NullMarked;
