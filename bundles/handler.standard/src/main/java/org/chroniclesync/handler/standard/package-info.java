/** What a node does on each of the six messages of version 1. Each handler is a component. */
@NullMarked
package org.chroniclesync.handler.standard;

import org.jspecify.annotations.NullMarked;
