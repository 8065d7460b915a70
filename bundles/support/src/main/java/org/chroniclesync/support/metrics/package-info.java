/** Numbers for those who watch a program of ours. */
@NullMarked
package org.chroniclesync.support.metrics;

import org.jspecify.annotations.NullMarked;
