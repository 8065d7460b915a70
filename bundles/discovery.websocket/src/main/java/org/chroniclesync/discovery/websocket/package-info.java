/**
 * The client of the discovery service.
 *
 * <p>Of each membership one thread, the loop, owns the line and all state; another one, the
 * dispatcher, tells the listener. The WebSocket is the JDK's.
 */
@NullMarked
package org.chroniclesync.discovery.websocket;

import org.jspecify.annotations.NullMarked;
