/**
 * The JSON of version 1 and the packed records of version 2, both read and written as a stream:
 * history is big, and half of it repeats.
 */
@NullMarked
package org.chroniclesync.message;

import org.jspecify.annotations.NullMarked;
