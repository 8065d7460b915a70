/** Files and directories that only their owner may read. */
@NullMarked
package org.chroniclesync.support.files;

import org.jspecify.annotations.NullMarked;
