/**
 * The rules of a message handler. The handler's own test extends {@link
 * org.chroniclesync.testkits.handler.MessageHandlerContract}.
 */
@NullMarked
package org.chroniclesync.testkits.handler;

import org.jspecify.annotations.NullMarked;
