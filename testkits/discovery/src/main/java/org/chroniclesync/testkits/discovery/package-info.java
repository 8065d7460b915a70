/**
 * The rules of a discovery. The test of one that finds peers by itself extends {@link
 * org.chroniclesync.testkits.discovery.RoomContract}, that of any other {@link
 * org.chroniclesync.testkits.discovery.DiscoveryContract}.
 */
@NullMarked
package org.chroniclesync.testkits.discovery;

import org.jspecify.annotations.NullMarked;
