/** The node as an MXBean. Who wants it starts this bundle; nothing else needs it. */
@NullMarked
package org.chroniclesync.jmx;

import org.jspecify.annotations.NullMarked;
