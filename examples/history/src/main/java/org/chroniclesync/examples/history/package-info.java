/** The history for a program of your own: find, watch, delete, keep away. */
@NullMarked
package org.chroniclesync.examples.history;

import org.jspecify.annotations.NullMarked;
