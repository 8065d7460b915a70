/** The status of a node as JSON, the same wherever a program reads it. */
@NullMarked
package org.chroniclesync.support.status.json;

import org.jspecify.annotations.NullMarked;
