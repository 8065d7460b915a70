/**
 * The discovery service: introduces the devices of a room to each other and relays their signals.
 *
 * <p>{@link org.chroniclesync.discovery.server.Rooms} decides and knows no socket; {@link
 * org.chroniclesync.discovery.server.DiscoveryServlet} and {@link
 * org.chroniclesync.discovery.server.Socket} are the edge to Jetty.
 */
@NullMarked
package org.chroniclesync.discovery.server;

import org.jspecify.annotations.NullMarked;
