/** A history that nobody has, made by a seeded generator. */
@NullMarked
package org.chroniclesync.testkits.history;

import org.jspecify.annotations.NullMarked;
