/** Text from outside, made harmless. */
@NullMarked
package org.chroniclesync.support.text;

import org.jspecify.annotations.NullMarked;
