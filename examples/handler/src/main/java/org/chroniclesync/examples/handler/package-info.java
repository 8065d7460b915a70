/** Notes between devices: a message handler with a message type of its own. */
@NullMarked
package org.chroniclesync.examples.handler;

import org.jspecify.annotations.NullMarked;
