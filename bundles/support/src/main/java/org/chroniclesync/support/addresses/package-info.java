/** What rules about addresses compare. */
@NullMarked
package org.chroniclesync.support.addresses;

import org.jspecify.annotations.NullMarked;
