/** The status of a node, for programs. */
@NullMarked
package org.chroniclesync.support.status;

import org.jspecify.annotations.NullMarked;
