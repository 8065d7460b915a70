/** Starts and stops a framework with the bundles of one role, and shows what they do. */
@NullMarked
package org.chroniclesync.runtime;

import org.jspecify.annotations.NullMarked;
