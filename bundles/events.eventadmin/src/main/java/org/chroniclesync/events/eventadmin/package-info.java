/**
 * Tells the Event Admin of each change of the node. What the events hold is a part of what the
 * status shows; nothing of the history is in them.
 */
@NullMarked
package org.chroniclesync.events.eventadmin;

import org.jspecify.annotations.NullMarked;
