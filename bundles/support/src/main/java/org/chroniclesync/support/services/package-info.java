/** The services of a node, as they come and go. */
@NullMarked
package org.chroniclesync.support.services;

import org.jspecify.annotations.NullMarked;
