/** How fast the parts are, each alone. */
@NullMarked
package org.chroniclesync.bench;

import org.jspecify.annotations.NullMarked;
