/** JSON from strangers. */
@NullMarked
package org.chroniclesync.support.json;

import org.jspecify.annotations.NullMarked;
