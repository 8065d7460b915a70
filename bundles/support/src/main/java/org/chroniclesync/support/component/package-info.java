/** What the component runtime tells of components. */
@NullMarked
package org.chroniclesync.support.component;

import org.jspecify.annotations.NullMarked;
